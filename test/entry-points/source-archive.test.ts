import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeJob, startTrain, temporaryFolder } from '../support/job.ts';
import { makeTar, makeTarGz, type TarEntry } from '../support/tar.ts';

const TRAIN: TarEntry = { name: 'train.sh', content: '#!/bin/sh\necho unpacked\n', mode: 0o4755 };

async function runArchive(t: TestContext, archive: Buffer, name = 'source.tar.gz') {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, name), archive);
  const base = makeJob(t, { program: 'train.sh', hyperparameters: { sagemaker_submit_directory: join(dir, name) } });
  return { dir, base, code: join(base, 'code'), result: await startTrain(t, base).ended };
}

for (const [what, archive, name] of [
  ['a gzipped archive', makeTarGz([TRAIN, { name: 'a/b.txt', content: 'b' }]), 'source.tar.gz'],
  ['a gzipped archive without an ending', makeTarGz([TRAIN]), 'source'],
  ['a plain archive', makeTar([TRAIN]), 'source.tar'],
  [
    'an archive with ./ in front of its names',
    makeTarGz([
      { name: './', type: '5', mode: 0o755 },
      { ...TRAIN, name: './train.sh' },
    ]),
    's',
  ],
  ['an archive with links inside', makeTarGz([TRAIN, { name: 'a/l', type: '2', link: '../train.sh' }]), 's'],
] as const) {
  test(`${what} is unpacked into the code directory (C21)`, async (t) => {
    const { result, code } = await runArchive(t, archive, name);
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'unpacked\n');
    assert.match(result.stderr, /The source unpacked from /);
    assert.equal(existsSync(join(code, 'train.sh')), true);
  });
}

test('links of an archive are kept, set-user-id bits are not', async (t) => {
  const entries: TarEntry[] = [TRAIN, { name: 'tool', mode: 0o4755 }, { name: 'a/l', type: '2', link: '../tool' }];
  const { code } = await runArchive(t, makeTarGz(entries));
  assert.equal(readlinkSync(join(code, 'a/l')), '../tool');
  assert.equal(statSync(join(code, 'tool')).mode & 0o7000, 0);
});

const LONG: TarEntry = {
  name: 'long.bin',
  content: Array.from({ length: 40_000 }, (_, i) => String(i * 7919)).join(''),
};

for (const [what, archive] of [
  ['gzipped', makeTarGz([TRAIN, LONG]).subarray(0, 60_000)],
  ['plain', makeTar([TRAIN, LONG]).subarray(0, 100_000)],
] as const) {
  test(`a truncated ${what} archive is an error that leaves nothing half-unpacked`, async (t) => {
    const { result, code } = await runArchive(t, archive);
    assert.equal(result.code, 1);
    assert.match(
      result.failure ?? '',
      /^UserError ARCHIVE_INVALID: .*source\.tar\.gz is not an archive that can be unpacked/,
    );
    assert.deepEqual(readdirSync(code), []);
  });
}

test('an archive without entries is an error', async (t) => {
  const { result, code } = await runArchive(t, makeTarGz([]));
  assert.equal(result.code, 1);
  assert.match(result.failure ?? '', /ARCHIVE_INVALID/);
  assert.deepEqual(readdirSync(code), []);
});

// The first bytes of a zip archive, which nothing reads further.
const ZIP = Buffer.concat([Buffer.from([0x50, 0x4b, 0x03, 0x04]), Buffer.alloc(60)]);

for (const name of ['source.tar.gz', 'source.tgz', 'source.tar']) {
  test(`a zip archive with the name of a tar archive is an error that names the format: ${name}`, async (t) => {
    const { result, code } = await runArchive(t, ZIP, name);
    assert.equal(result.code, 1);
    assert.match(
      result.failure ?? '',
      /^UserError ARCHIVE_INVALID: .*\/source\.\w+(?:\.gz)? is a zip archive with the name of a tar archive\n.*\nFix: Make a tar archive: tar czf /,
    );
    assert.deepEqual(readdirSync(code), []);
  });
}

test('a file with the name of a tar archive that is none, such as a saved error page, is an error', async (t) => {
  const { result, code } = await runArchive(
    t,
    Buffer.from('<Error><Code>AccessDenied</Code></Error>'),
    'source.tar.gz',
  );
  assert.equal(result.code, 1);
  assert.match(
    result.failure ?? '',
    /^UserError ARCHIVE_INVALID: .*\/source\.tar\.gz has the name of a tar archive, but is none\n/,
  );
  assert.deepEqual(readdirSync(code), []);
});

test('a zip archive is a source file like any other; if the program is missing, the fix names the archive', async (t) => {
  const { result, code } = await runArchive(t, ZIP, 'source.zip');
  assert.equal(result.code, 1);
  assert.match(
    result.failure ?? '',
    /PROGRAM_NOT_FOUND.*\n.*\nFix: source\.zip is a zip archive, and train unpacks tar archives only/,
  );
  assert.deepEqual(readdirSync(code), ['source.zip']);
});

test('a program that is in a folder of the archive is named with it', async (t) => {
  const entries = [{ ...TRAIN, name: 'project/src/train.sh' }, { name: 'project/node_modules/a/train.sh' }];
  const { result } = await runArchive(t, makeTarGz(entries));
  assert.equal(result.code, 1);
  assert.match(result.failure ?? '', /PROGRAM_NOT_FOUND.*\n.*\nFix: Did you mean "project\/src\/train\.sh"\?/);
});

const EVIL = { content: 'evil' };
const HOSTILE: ReadonlyArray<readonly [string, readonly TarEntry[]]> = [
  ['a name with ..', [TRAIN, { name: '../../evil', ...EVIL }]],
  ['a name with .. in the middle', [TRAIN, { name: 'a/../../../evil', ...EVIL }]],
  ['an absolute name', [TRAIN, { name: '/tmp/optml-evil', ...EVIL }]],
  ['a link that leads out', [TRAIN, { name: 'l', type: '2', link: '../../..' }]],
  ['an absolute link', [TRAIN, { name: 'l', type: '2', link: '/etc' }]],
  [
    'a file behind a link that leads out',
    [{ name: 'l', type: '2', link: '../..' }, { name: 'l/evil', ...EVIL }, TRAIN],
  ],
  [
    'a link below a link',
    [TRAIN, { name: 'p/q/r', type: '2', link: '../..' }, { name: 'p/q/r/l', type: '2', link: '../../../x' }],
  ],
  [
    'a link that leads out through a link',
    [TRAIN, { name: 'd/e/f', type: '2', link: '../..' }, { name: 'l', type: '2', link: 'd/e/f/../../etc' }],
  ],
  ['a hard link that leads out', [TRAIN, { name: 'h', type: '1', link: '../../input/config/hyperparameters.json' }]],
  ['an absolute hard link', [TRAIN, { name: 'h', type: '1', link: '/etc/passwd' }]],
  ['a device', [TRAIN, { name: 'null', type: '3' }]],
];

for (const [what, entries] of HOSTILE) {
  test(`a hostile archive is refused and nothing is written outside: ${what}`, async (t) => {
    const { result, base, dir, code } = await runArchive(t, makeTarGz(entries));
    assert.equal(result.code, 1, result.stdout);
    assert.equal(result.stdout, '');
    assert.match(result.failure ?? '', /^UserError ARCHIVE_INVALID: /);
    assert.deepEqual(readdirSync(code), []);
    assert.deepEqual(readdirSync(base).sort(), ['code', 'input', 'model', 'output']);
    assert.deepEqual(readdirSync(dir), ['source.tar.gz']);
    assert.equal(existsSync('/tmp/optml-evil'), false);
    assert.equal(readFileSync(join(base, 'input/config/inputdataconfig.json'), 'utf8'), '{}');
  });
}
