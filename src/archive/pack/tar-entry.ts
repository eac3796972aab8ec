import { isAscii, isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import { Header, type HeaderData } from 'tar/header';
import { bytesOf, type RawName, readable } from '../../job-tree/raw-name.ts';
import { BLOCK } from '../header-block.ts';
import { encodeHeader } from './encode-header.ts';
import { paxHeader } from './pax-header.ts';

// In a header, so many of any kind fit.
const SHORT_CHARACTERS = 24;

/** What a header contains in addition to the properties of the file; names are raw. */
export type ArchiveEntry = Required<Pick<HeaderData, 'path' | 'type' | 'size'>> & Pick<HeaderData, 'linkpath'>;

/** The header blocks of one entry: owner normalised, permissions kept, the time in seconds since 1970. */
export function* entryHeader(entry: ArchiveEntry, stats: Stats, mtimeSeconds: number): Generator<Buffer> {
  const path = nameText(entry.path);
  const linkpath = entry.linkpath === undefined ? undefined : nameText(entry.linkpath);
  const isLong = isLongInOne(path.text);
  const data = {
    path: isLong ? path.text.slice(0, SHORT_CHARACTERS) : path.text,
    type: entry.type,
    size: entry.size,
    ...(linkpath && { linkpath: linkpath.text }),
    mode: stats.mode & 0o777,
    uid: 0,
    gid: 0,
    mtime: new Date(mtimeSeconds * 1000),
  };
  const block = Buffer.alloc(BLOCK);
  // What a plain header cannot hold (long or non-ASCII names, sizes over 8 GiB) goes into an extended one before it. That
  // one is UTF-8; for other names there is GNU's way, which readers know as well.
  const needsMore = encodeHeader(data, block) || isLong;
  if (needsMore) {
    yield paxHeader(path.text, {
      path: path.isUtf8 ? path.bytes : undefined,
      linkpath: linkpath?.isUtf8 ? linkpath.bytes : undefined,
      size: entry.size,
    });
  }
  if (!path.isUtf8) yield* longName('NextFileHasLongPath', path.bytes);
  if (linkpath?.isUtf8 === false) yield* longName('NextFileHasLongLinkpath', linkpath.bytes);
  yield block;
}

interface NameText {
  readonly bytes: Buffer;
  readonly text: string;
  readonly isUtf8: boolean;
}

function nameText(name: RawName): NameText {
  const bytes = bytesOf(name);
  if (isAscii(bytes)) return { bytes, text: name, isUtf8: true };
  return { bytes, text: readable(name), isUtf8: isUtf8(bytes) };
}

// What the tar package would store as `./name`: long, and without a folder in it to keep apart.
function isLongInOne(path: string): boolean {
  const slash = path.indexOf('/');
  return (slash < 0 || slash === path.length - 1) && Buffer.byteLength(path) >= 100;
}

function* longName(type: 'NextFileHasLongPath' | 'NextFileHasLongLinkpath', name: Buffer): Generator<Buffer> {
  const block = Buffer.alloc(BLOCK);
  new Header({ path: '././@LongLink', type, size: name.length + 1, mode: 0o644, uid: 0, gid: 0 }).encode(block);
  yield block;
  // With a final NUL, filled up to whole blocks.
  yield Buffer.concat([name, Buffer.alloc(BLOCK - (name.length % BLOCK))]);
}
