// Archives that no good program writes: each is refused with the reason, and nothing is written anywhere.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { unpackArchive } from '../../src/archive/lazy-archive.ts';
import type { UnpackOptions } from '../../src/archive/unpack/unpack.ts';
import { describeError, isOptmlError } from '../../src/errors/error.ts';
import { temporaryFolder } from '../support/job.ts';
import {
  binary,
  END,
  entry,
  GNU,
  headerBlock,
  longName,
  pax,
  paxRecord,
  sparseBlock,
  sparseFields,
  V7,
} from '../support/tar-blocks.ts';

interface Case {
  readonly what: string;
  readonly blocks: readonly Buffer[];
  readonly why: RegExp;
  readonly options?: UnpackOptions;
}

const LINK = { type: '2' };
const HARD = { type: '1' };
const FOLDER = { type: '5', name: 'd/' };
const file = (name = 'name', content = 'x') => entry({ name }, content);

const NAMES: readonly Case[] = [
  { what: 'an absolute name', blocks: [file('/tmp/escaped')], why: /"\/tmp\/escaped" has an absolute name$/ },
  { what: 'several slashes in front', blocks: [file('///escaped')], why: /"\/\/\/escaped" has an absolute name$/ },
  { what: '.. as its name', blocks: [entry({ name: '..', type: '5' })], why: /"\.\." leads out of the folder$/ },
  { what: '.. in front', blocks: [file('../escaped')], why: /"\.\.\/escaped" leads out/ },
  { what: './.. in front', blocks: [file('./../escaped')], why: /"\.\/\.\.\/escaped" leads out/ },
  { what: '.. that leads out later', blocks: [file('a/b/../../../escaped')], why: /"a\/b\/.*escaped" leads out/ },
  { what: '.. that stays inside', blocks: [file('a/../b')], why: /"a\/\.\.\/b" has "\.\." in its name$/ },
  { what: '.. at the end', blocks: [file('a/b/..')], why: /"a\/b\/\.\." has "\.\." in its name$/ },
  { what: '.. in the prefix', blocks: [entry({ name: 'x', prefix: '../p' })], why: /"\.\.\/p\/x" leads out/ },
  { what: 'an absolute prefix', blocks: [entry({ name: 'x', prefix: '/p' })], why: /"\/p\/x" has an absolute name$/ },
  { what: '.. in a pax path', blocks: [pax([['path', '../p']]), file()], why: /"\.\.\/p" leads out/ },
  { what: 'an absolute pax path', blocks: [pax([['path', '/p']]), file()], why: /"\/p" has an absolute name$/ },
  { what: '.. in a long name', blocks: [longName('L', '../l'), file()], why: /"\.\.\/l" leads out/ },
  { what: 'an absolute long name', blocks: [longName('L', '/l'), file()], why: /"\/l" has an absolute name$/ },
  {
    what: '.. in the name of a sparse file',
    blocks: [
      pax([
        ['GNU.sparse.name', '../s'],
        ['GNU.sparse.size', '0'],
        ['GNU.sparse.map', ''],
      ]),
      file('harmless', ''),
    ],
    why: /"\.\.\/s" leads out/,
  },
  {
    what: 'a NUL in a pax path',
    blocks: [pax([['path', 'a\0b']]), file()],
    why: /"PaxHeader\/name" has a NUL in its name$/,
  },
  {
    what: 'a NUL in a long name',
    blocks: [longName('L', 'a\0b'), file()],
    why: /"\.\/\.\/@LongLink" has a NUL in its name$/,
  },
  {
    what: 'a NUL in a pax link',
    blocks: [pax([['linkpath', 'a\0b']]), entry(LINK)],
    why: /"PaxHeader\/name" has a NUL in its link's name$/,
  },
  { what: 'no name', blocks: [entry({ name: '' })], why: /"" has no name$/ },
  { what: 'an empty pax path', blocks: [pax([['path', '']]), file()], why: /"PaxHeader\/name" has .* empty "path"$/ },
  {
    what: 'a long name without an end',
    blocks: [entry({ name: '././@LongLink', type: 'L', magic: GNU }, 'n'.repeat(512)), file()],
    why: /"\.\/\.\/@LongLink" has a long name without an end$/,
  },
  { what: 'an empty long name', blocks: [longName('L', ''), file()], why: /"\.\/\.\/@LongLink" is .* an empty name$/ },
  {
    what: 'a part of 256 bytes',
    blocks: [pax([['path', 'n'.repeat(256)]]), file()],
    why: /"n+…" has a name that is too long$/,
  },
  { what: 'a path of 4001 bytes', blocks: [pax([['path', 'dir/'.repeat(1001)]]), entry(FOLDER)], why: /too long$/ },
  { what: 'the name of the folder itself', blocks: [file('./.')], why: /"\.\/\." has the name of the folder itself$/ },
  {
    what: 'two names, by pax and GNU',
    blocks: [longName('L', 'one'), pax([['path', 'two']]), file()],
    why: /"two" has another name too, "one"$/,
  },
  {
    what: 'a name that clears the terminal',
    blocks: [file('/\x1b[2J\r\n\x07\xe2\x80\xae\xff')],
    why: /"\/\\x1b\[2J\\x0d\\x0a\\x07\S*\\xff" has an absolute name$/,
  },
];

const LINKS: readonly Case[] = [
  {
    what: 'a link to an absolute name',
    blocks: [entry({ ...LINK, link: '/etc' })],
    why: /"name" is a link that leads out of the folder, to "\/etc"$/,
  },
  {
    what: 'a link upwards',
    blocks: [entry({ ...LINK, link: '..' })],
    why: /"name" is a link that leads out of the folder, to "\.\."$/,
  },
  {
    what: 'a link upwards from within',
    blocks: [entry({ ...LINK, name: 'a/b', link: '../../x' })],
    why: /"a\/b" is a link that leads out/,
  },
  {
    what: 'a link that goes back up',
    blocks: [entry({ ...LINK, link: 'a/../b' })],
    why: /"name" is a link that goes back up on its way/,
  },
  { what: 'a link to nowhere', blocks: [entry(LINK)], why: /"name" is a link to nowhere$/ },
  {
    what: 'a pax link upwards',
    blocks: [pax([['linkpath', '../x']]), entry(LINK)],
    why: /"name" is a link that leads out/,
  },
  { what: 'a long link upwards', blocks: [longName('K', '../x'), entry(LINK)], why: /"name" is a link that leads out/ },
  {
    what: 'a very long link',
    blocks: [longName('K', 'x/'.repeat(2001)), entry(LINK)],
    why: /"name" is a link to a name that is too long$/,
  },
  {
    what: 'two link names',
    blocks: [longName('K', 'a'), pax([['linkpath', 'b']]), entry(LINK)],
    why: /has another name too, "a"$/,
  },
  {
    what: 'a file behind a link',
    blocks: [entry(FOLDER), entry({ ...LINK, name: 'l', link: 'd' }), file('l/x')],
    why: /"l\/x" lies behind the link "l"$/,
  },
  {
    what: 'a folder over a link',
    blocks: [entry(FOLDER), entry({ ...LINK, name: 'l', link: 'd' }), entry({ type: '5', name: 'l/' })],
    why: /"l\/" lies behind the link "l"$/,
  },
  {
    what: 'a chain of links, written through',
    blocks: [entry({ ...LINK, name: 'a', link: 'b' }), entry({ ...LINK, name: 'b', link: 'c' }), file('a/x')],
    why: /"a\/x" lies behind the link "a"$/,
  },
  {
    what: 'a link over a folder',
    blocks: [entry(FOLDER), entry({ ...LINK, name: 'd', link: 'x' })],
    why: /"d" is a folder too/,
  },
  {
    what: 'a link in another case, written through',
    blocks: [entry({ ...LINK, name: 'Git', link: 'd' }), file('git/hook')],
    why: /"git\/hook" differs from the link "Git" in case or Unicode form only$/,
  },
  {
    what: 'a link over another case',
    blocks: [file('git/hook'), entry({ ...LINK, name: 'GIT', link: 'd' })],
    why: /"GIT" is a link that differs from "git" in case/,
  },
  {
    what: 'a link in another Unicode form',
    blocks: [entry({ ...LINK, name: 'caf\xc3\xa9', link: 'd' }), file('cafe\xcc\x81/x')],
    why: /differs from the link "café" in case or Unicode form only$/,
  },
  {
    what: 'a hard link upwards',
    blocks: [entry({ ...HARD, link: '../x' })],
    why: /"name" is a hard link to "\.\.\/x", which leads out/,
  },
  {
    what: 'an absolute hard link',
    blocks: [entry({ ...HARD, link: '/etc/passwd' })],
    why: /"name" is a hard link to "\/etc\/passwd", which has an absolute name$/,
  },
  { what: 'a hard link to nothing', blocks: [entry(HARD)], why: /"name" is a hard link to "", which has no name$/ },
  {
    what: 'a hard link to itself',
    blocks: [entry({ ...HARD, link: './name' })],
    why: /"name" is a hard link to itself$/,
  },
  {
    what: 'a hard link to a later file',
    blocks: [entry({ ...HARD, link: 'f' }), file('f')],
    why: /"name" is .* no file that came before it/,
  },
  {
    what: 'a hard link to a folder',
    blocks: [entry(FOLDER), entry({ ...HARD, link: 'd' })],
    why: /"name" is .* no file that came before it/,
  },
  {
    what: 'a hard link to a link',
    blocks: [entry({ ...LINK, name: 'l', link: 'x' }), entry({ ...HARD, link: 'l' })],
    why: /"name" is a hard link to the link "l"$/,
  },
  {
    what: 'a link with content',
    blocks: [entry({ ...LINK, link: 'a' }, 'x')],
    why: /"name" is a symbolic link with content, of 1 bytes$/,
  },
  {
    what: 'a hard link with content',
    blocks: [file('a'), entry({ ...HARD, link: 'a' }, 'x')],
    why: /"name" is a hard link with content/,
  },
  { what: 'a folder with content', blocks: [entry(FOLDER, 'x')], why: /"d\/" is a folder with content, of 1 bytes$/ },
  { what: 'a file with a slash and content', blocks: [file('d/')], why: /"d\/" is a folder with content/ },
  {
    what: 'a file where a folder is',
    blocks: [file('d/x'), file('d')],
    why: /"d" is a folder too, in the same archive$/,
  },
  {
    what: 'a folder where a file is',
    blocks: [file('d'), file('d/x')],
    why: /"d\/x" needs a folder where the file "d" is$/,
  },
];

const typed = (type: string, name: string): Case => ({
  what: `an entry of the type ${name}`,
  blocks: [entry({ type })],
  why: new RegExp(`"name" is of the ${name}$`),
});

const TYPES: readonly Case[] = [
  typed('3', 'type CharacterDevice'),
  typed('4', 'type BlockDevice'),
  typed('6', 'type FIFO'),
  typed('A', 'type SolarisACL'),
  typed('E', 'type SolarisAttributes'),
  typed('I', 'type Inode'),
  typed('M', 'type ContinuationFile \\(part of a multi-volume archive\\)'),
  typed('N', 'type OldGnuLongPath'),
  typed('Z', 'unknown type "Z"'),
  typed('\x1b', 'unknown type "\\\\x1b"'),
  typed('\xff', 'unknown type "\\\\xff"'),
  { what: 'a label with content', blocks: [entry({ type: 'V' }, 'x')], why: /"name" is a label with content/ },
  {
    what: 'the middle of a multi-volume archive',
    blocks: [pax([['GNU.volume.filename', 'f']], 'g'), file()],
    why: /is part of a multi-volume archive \(GNU\.volume\.filename\)$/,
  },
  {
    what: 'a file as star stores sparse ones',
    blocks: [pax([['SCHILY.realsize', '9']]), file()],
    why: /in the way of star/,
  },
  {
    what: 'an old sparse file that is not of GNU',
    blocks: [entry({ type: 'S' })],
    why: /"name" is of the type SparseFile, in another format/,
  },
];

const NUMBERS: readonly Case[] = [
  { what: 'a size in letters', blocks: [headerBlock({ size: 'many' })], why: /"name" has a size that is no number$/ },
  {
    what: 'a size with an 8',
    blocks: [headerBlock({ size: '00000000008\0' })],
    why: /"name" has a size that is no number$/,
  },
  {
    what: 'no size',
    blocks: [headerBlock({ size: '\0'.repeat(12) })],
    why: /"name" has a size that is no number of bytes$/,
  },
  {
    what: 'a negative size',
    blocks: [headerBlock({ size: binary(-1n, 12) })],
    why: /"name" has a size that is no number of bytes$/,
  },
  {
    what: 'a size over 2^53',
    blocks: [headerBlock({ size: binary(2n ** 60n, 12) })],
    why: /"name" has a size that is too large$/,
  },
  {
    what: 'a size over 2^64',
    blocks: [headerBlock({ size: binary(2n ** 90n, 12) })],
    why: /"name" has a size that is too large$/,
  },
  {
    what: 'a size that the limit forbids',
    blocks: [headerBlock({ size: binary(2n ** 50n, 12) })],
    why: /"name" makes more than 1099511627776 bytes, the limit$/,
  },
  { what: 'a mode in letters', blocks: [entry({ mode: 'rwxrwxr' })], why: /"name" has a mode that is no number$/ },
  { what: 'a time in letters', blocks: [entry({ time: 'yesterday' })], why: /"name" has a time that is no number$/ },
  {
    what: 'a time that no clock shows',
    blocks: [entry({ time: binary(2n ** 50n, 12) })],
    why: /"name" has a time that no clock can show$/,
  },
  ...['NaN', '1e300', 'Infinity', '-', '0x10', '1_000', ' 1', '1,5'].map((time) => ({
    what: `a pax time ${JSON.stringify(time)}`,
    blocks: [pax([['mtime', time]]), file()],
    why: /"PaxHeader\/name" has an extended header whose "mtime" is no number$/,
  })),
  {
    what: 'a pax time of many digits',
    blocks: [pax([['mtime', '9'.repeat(400)]]), file()],
    why: /"name" has a time that no clock can show$/,
  },
  ...['-1', '1e3', '0x10', 'x', '9'.repeat(16), '9'.repeat(30), '1.5'].map((size) => ({
    what: `a pax size ${size}`,
    blocks: [pax([['size', size]]), file()],
    why: /"PaxHeader\/name" has an extended header whose "size" is no number$/,
  })),
  { what: 'an empty pax size', blocks: [pax([['size', '']]), file()], why: /"size" is no number$/ },
];

const rawPax = (payload: string): readonly Buffer[] => [entry({ name: 'PaxHeader/name', type: 'x' }, payload), file()];
const MALFORMED = /"PaxHeader\/name" has a malformed extended header, at its byte \d+$/;

const HEADERS: readonly Case[] = [
  {
    what: 'a wrong checksum at the start',
    blocks: [headerBlock({ wrongBy: 1 })],
    why: /: it does not start as a tar archive does$/,
  },
  {
    what: 'a wrong checksum later',
    blocks: [file('a'), headerBlock({ wrongBy: 1 })],
    why: /: the header after "a" is damaged: its checksum is wrong$/,
  },
  {
    what: 'a checksum in letters',
    blocks: [file('a'), Buffer.alloc(512, 'sum')],
    why: /the header after "a" is damaged/,
  },
  ...[
    ['text', 'hello'],
    ['a length that is too small', '5 a=bc\n'],
    ['a length that is too large', '99 a=b\n'],
    ['a length of zero', '0 a=b\n'],
    ['a length with a sign', '+7 a=b\n'],
    ['a length with zeros', '07 a=b\n'],
    ['a huge length', `${'9'.repeat(30)} a=b\n`],
    ['no equals sign', '5 ab\n'],
    ['no key', '5 =b\n'],
    ['no line break', '6 a=bcd'],
    ['NULs after the records', `${paxRecord('a', 'b')}\0\0`],
    ['text after the records', `${paxRecord('a', 'b')}text`],
  ].map(([what = '', payload = '']) => ({
    what: `a pax record with ${what}`,
    blocks: rawPax(payload),
    why: MALFORMED,
  })),
  {
    what: 'a pax header before the end',
    blocks: [file('a'), pax([['path', 'b']])],
    why: /"PaxHeader\/name" is an extended header without an entry after it$/,
  },
  {
    what: 'a long name before the end',
    blocks: [file('a'), longName('L', 'b')],
    why: /"\.\/\.\/@LongLink" is an extended header without an entry/,
  },
  {
    what: 'a long link before the end',
    blocks: [file('a'), longName('K', 'b')],
    why: /"\.\/\.\/@LongLink" is an extended header without an entry/,
  },
  {
    what: 'two pax headers for one entry',
    blocks: [pax([['path', 'a']]), pax([['path', 'b']]), file()],
    why: /is the second extended header of its kind/,
  },
  {
    what: 'two long names for one entry',
    blocks: [longName('L', 'a'), longName('L', 'b'), file()],
    why: /is the second extended header of its kind/,
  },
  {
    what: 'a global header between',
    blocks: [pax([['path', 'a']]), pax([['comment', 'b']], 'g'), file()],
    why: /stands between an extended header and its entry$/,
  },
  ...['path', 'linkpath', 'size', 'GNU.sparse.map', 'GNU.sparse.name'].map((key) => ({
    what: `a global ${key}`,
    blocks: [pax([[key, '1']], 'g'), file()],
    why: new RegExp(`"PaxHeader/name" is a global extended header with "${key}"$`),
  })),
  {
    what: 'an extended header that claims a gigabyte',
    blocks: [headerBlock({ type: 'x', size: 1024 ** 3 })],
    why: /"name" has an extended header that is too large$/,
  },
  {
    what: 'a long name of over a megabyte',
    blocks: [headerBlock({ type: 'L', size: 1024 ** 2 + 1 })],
    why: /"name" has an extended header that is too large$/,
  },
];

const mapped = (records: ReadonlyArray<readonly [string, string]>, content = 'x'.repeat(512)) => [
  pax(records.map(([key, value]) => [`GNU.sparse.${key}`, value] as const)),
  file('name', content),
];
const inside = (map: string, size: string, content = 'x'.repeat(512)) =>
  mapped(
    [
      ['major', '1'],
      ['minor', '0'],
      ['realsize', size],
    ],
    map.padEnd(512, '\0') + content,
  );
const oldSparse = (segments: readonly number[], size: number, stored = 512) =>
  entry({ type: 'S', magic: GNU, at: sparseFields(segments, size) }, 'x'.repeat(stored));

const SPARSE: readonly Case[] = [
  {
    what: 'a version that is not known',
    blocks: mapped([
      ['major', '2'],
      ['size', '512'],
    ]),
    why: /is a sparse file in a format that is not understood$/,
  },
  { what: 'no size', blocks: mapped([['map', '0,512']]), why: /is a sparse file without its size$/ },
  {
    what: 'half a segment',
    blocks: mapped([
      ['size', '512'],
      ['map', '0,512,7'],
    ]),
    why: /map is not whole$/,
  },
  {
    what: 'letters in its map',
    blocks: mapped([
      ['size', '512'],
      ['map', '0,all'],
    ]),
    why: /"GNU\.sparse\.map" is no number$/,
  },
  {
    what: 'fewer segments than it says',
    blocks: mapped([
      ['size', '512'],
      ['numblocks', '2'],
      ['map', '0,512'],
    ]),
    why: /map is not whole$/,
  },
  {
    what: 'two offsets in a row',
    blocks: mapped([
      ['size', '512'],
      ['offset', '0'],
      ['offset', '1'],
      ['numbytes', '512'],
    ]),
    why: /map is not whole$/,
  },
  {
    what: 'an offset without a length',
    blocks: mapped([
      ['size', '512'],
      ['offset', '0'],
    ]),
    why: /map is not whole$/,
  },
  {
    what: 'segments that overlap',
    blocks: mapped(
      [
        ['size', '2048'],
        ['map', '0,512,256,512'],
      ],
      'x'.repeat(1024),
    ),
    why: /"name" is .* segments overlap or are in disorder$/,
  },
  {
    what: 'segments in disorder',
    blocks: mapped(
      [
        ['size', '2048'],
        ['map', '1024,512,0,512'],
      ],
      'x'.repeat(1024),
    ),
    why: /"name" is .* in disorder$/,
  },
  {
    what: 'a segment behind its end',
    blocks: mapped([
      ['size', '100'],
      ['map', '0,512'],
    ]),
    why: /"name" is a sparse file with a segment behind its end$/,
  },
  {
    what: 'less stored than mapped',
    blocks: mapped([
      ['size', '2048'],
      ['map', '0,1024'],
    ]),
    why: /"name" is a sparse file with 512 bytes stored, and 1024 in its map$/,
  },
  {
    what: 'more stored than mapped',
    blocks: mapped([
      ['size', '2048'],
      ['map', '0,100'],
    ]),
    why: /"name" is a sparse file with 512 bytes stored, and 100 in its map$/,
  },
  {
    what: 'segments of half blocks',
    blocks: mapped([
      ['size', '2048'],
      ['map', '0,100,1024,412'],
    ]),
    why: /"name" is a sparse file whose segments are no whole blocks$/,
  },
  {
    what: 'a size that the limit forbids',
    blocks: mapped([
      ['size', `${2 ** 50}`],
      ['map', '0,512'],
    ]),
    why: /"name" makes more than 1099511627776 bytes, the limit$/,
  },
  {
    what: 'a map on a link',
    blocks: [
      pax([
        ['GNU.sparse.size', '0'],
        ['GNU.sparse.map', ''],
      ]),
      entry({ ...LINK, link: 'a' }),
    ],
    why: /"name" has the map of a sparse file and is no file$/,
  },
  {
    what: 'text in its inner map',
    blocks: inside('one\n', '512'),
    why: /"name" is a sparse file whose map is no list of numbers$/,
  },
  {
    what: 'a number without end in its inner map',
    blocks: inside('1'.repeat(512), '512'),
    why: /"name" is a sparse file whose map is no list of numbers$/,
  },
  {
    what: 'an inner map that is longer than the content',
    blocks: inside('9999\n0\n1\n'.padEnd(512, '1\n'), '512', ''),
    why: /"name" is a sparse file whose map is/,
  },
  { what: 'an inner map that overlaps', blocks: inside('2\n0\n512\n0\n0\n', '512'), why: /"name" is .* in disorder$/ },
  {
    what: 'the old format in disorder',
    blocks: [oldSparse([1024, 512, 0, 512], 2048, 1024)],
    why: /"name" is .* in disorder$/,
  },
  {
    what: 'the old format with less stored',
    blocks: [oldSparse([0, 512, 1024, 512], 2048)],
    why: /"name" is .* 512 bytes stored, and 1024 in its map$/,
  },
  {
    what: 'the old format with letters',
    blocks: [entry({ type: 'S', magic: GNU, at: { ...sparseFields([], 512), 386: 'abcdefghijklmnopqrstuvwx' } }, 'x')],
    why: /"name" has a sparse map that is no number$/,
  },
  {
    what: 'the old format without its size',
    blocks: [entry({ type: 'S', magic: GNU, at: { 386: sparseFields([0, 512], 0)[386] ?? '' } }, 'x'.repeat(512))],
    why: /"name" is a sparse file without its size$/,
  },
  {
    what: 'the old format that goes on after its end',
    blocks: [headerBlock({ type: 'S', magic: GNU, size: 512, at: sparseFields([0, 512], 512, true) }), sparseBlock([])],
    why: /"name" is a sparse file whose map is not whole$/,
  },
].map((row) => ({ ...row, what: `a sparse file with ${row.what}` }));

const LIMITS: readonly Case[] = [
  {
    what: 'more bytes than the limit',
    blocks: [file('a', 'x'.repeat(600)), file('b', 'x'.repeat(600))],
    options: { maxBytes: 1000 },
    why: /"b" makes more than 1000 bytes, the limit$/,
  },
  {
    what: 'more entries than the limit',
    blocks: [file('a'), file('b'), file('c')],
    options: { maxEntries: 2 },
    why: /"c" is one more than 2 entries, the limit$/,
  },
  {
    what: 'the same entry more often than the limit',
    blocks: [file('a'), file('a'), file('a')],
    options: { maxEntries: 2 },
    why: /"a" is one more than 2 entries, the limit$/,
  },
  {
    what: 'labels over the limit',
    blocks: [1, 2, 3].map(() => entry({ type: 'V' })),
    options: { maxEntries: 2 },
    why: /"name" is one more than 2 entries, the limit$/,
  },
  {
    what: 'folders over the limit that it does not list',
    blocks: [file('a/b/c/d/e')],
    options: { maxEntries: 4 },
    why: /"a\/b\/c\/d\/e" needs folders that the archive does not list, and with them there are more than 4 entries, the limit$/,
  },
];

/** Unpacks into a folder that is new or empty, and shows that nothing but the error comes of it. */
async function refuse(
  t: TestContext,
  bytes: Buffer,
  { why, options }: Pick<Case, 'why' | 'options'>,
  into: 'new' | 'empty' = 'new',
): Promise<void> {
  const base = temporaryFolder(t);
  mkdirSync(join(base, 'empty'));
  writeFileSync(join(base, 'sentinel'), 'untouched');
  writeFileSync(join(base, 'archive'), bytes);
  const error = await unpackArchive(join(base, 'archive'), join(base, into), options).then(
    () => assert.fail('it was unpacked'),
    (reason: unknown) => reason,
  );
  assert.ok(isOptmlError(error), String(error));
  assert.equal(error.code, 'ARCHIVE_INVALID', error.message);
  assert.match(error.message, why);
  assert.doesNotMatch(describeError(error).replaceAll('\n', ' '), /\p{Cc}|\p{Cf}/u, 'nothing a terminal would obey');
  assert.deepEqual(readdirSync(base), ['archive', 'empty', 'sentinel'], 'nothing is outside, nothing is left');
  assert.deepEqual(readdirSync(join(base, 'empty')), []);
  assert.equal(readFileSync(join(base, 'sentinel'), 'utf8'), 'untouched');
}

for (const row of [...NAMES, ...LINKS, ...TYPES, ...NUMBERS, ...HEADERS, ...SPARSE, ...LIMITS]) {
  test(`refused: ${row.what}`, async (t) => {
    const bytes = Buffer.concat([...row.blocks, END]);
    await refuse(t, bytes, row);
    await refuse(t, gzipSync(bytes), row, 'empty');
  });
}

const WHOLE = Buffer.concat([file('a', 'x'.repeat(1000)), pax([['path', 'long']]), file('b', 'y'), END]);

test('refused: an archive that ends anywhere but at its end', async (t) => {
  const places: ReadonlyArray<readonly [bytes: number, why: RegExp]> = [
    [0, /: it is empty$/],
    [1, /: it is shorter than any tar archive$/],
    [511, /: it is shorter than any tar archive$/],
    [512, /: it ends within "a": it was cut off$/],
    [1000, /: it ends within "a": it was cut off$/],
    [1530, /: it ends within "a": it was cut off$/],
    [1536, /: it ends without the mark of an archive's end: it was cut off$/],
    [1540, /: it ends within "a": it was cut off$/],
    [2048, /: it ends within "PaxHeader\/name": it was cut off$/],
    [2560, /: it ends within "PaxHeader\/name": it was cut off$/],
    [WHOLE.length - 1024, /: it ends without the mark of an archive's end: it was cut off$/],
    [WHOLE.length - 512, /: it ends without the mark of an archive's end: it was cut off$/],
    [WHOLE.length - 1, /: it ends within "long": it was cut off$/],
  ];
  for (const [bytes, why] of places) await refuse(t, WHOLE.subarray(0, bytes), { why });
});

test('refused: what follows the end, and zeros without end', async (t) => {
  await refuse(t, Buffer.concat([WHOLE, WHOLE]), { why: /: something follows its end: several archives in one/ });
  await refuse(t, Buffer.concat([gzipSync(WHOLE), gzipSync(WHOLE)]), { why: /: something follows its end/ });
  await refuse(t, Buffer.concat([file('a'), END.subarray(512), file('b'), END]), { why: /half the mark of its end$/ });
  await refuse(t, END, { why: /: there is nothing in it$/ });
  const zeros = gzipSync(Buffer.alloc(1024 ** 2));
  const bomb = Buffer.concat([gzipSync(WHOLE), ...Array.from({ length: 66 }, () => zeros)]);
  await refuse(t, bomb, { why: /: its end is followed by zeros without end$/ });
});

test('refused: a compressed stream that is damaged, wherever', async (t) => {
  const bytes = gzipSync(Buffer.concat([file('a', 'x'.repeat(100_000)), END, Buffer.alloc(8 * 1024)]));
  const why = /is not an archive that can be unpacked: /;
  for (const at of [bytes.length - 8, bytes.length - 4, bytes.length - 12, 20, 11]) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 0xff;
    await refuse(t, damaged, { why });
  }
  for (const length of [2, 10, 30, bytes.length - 8, bytes.length - 1])
    await refuse(t, bytes.subarray(0, length), { why });
});

test('refused: extended headers without end, by their bytes together', async (t) => {
  const comment = paxRecord('comment', 'x'.repeat(1024 ** 2 - 100));
  const unit = gzipSync(Buffer.concat([entry({ name: 'PaxHeader/name', type: 'x' }, comment), file('same')]));
  const bytes = Buffer.concat([...Array.from({ length: 260 }, () => unit), gzipSync(END)]);
  await refuse(t, bytes, { why: /"PaxHeader\/name" brings more than 256000000 bytes of extended headers, the limit$/ });
});

test('refused: a very deep tree, which is removed again', async (t) => {
  const deep = 'd/'.repeat(1900);
  const blocks = [pax([['path', `${deep}f`]]), file(), headerBlock({ wrongBy: 1 }), END];
  await refuse(t, Buffer.concat(blocks), { why: /the header after "(?:d\/)+…" is damaged/ });
});

test('an old archive is recognized by its checksum alone', async (t) => {
  await refuse(t, Buffer.concat([entry({ magic: V7, name: '/x' }), END]), { why: /"\/x" has an absolute name$/ });
});
