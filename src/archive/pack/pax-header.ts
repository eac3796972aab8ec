import { Header } from 'tar/header';
import { BLOCK } from '../header-block.ts';

/** What an extended header says of the entry after it. Names are UTF-8. */
export interface PaxRecords {
  readonly path: Buffer | undefined;
  readonly linkpath: Buffer | undefined;
  readonly size: number;
}

// A header has room for so much of a name.
const LONGEST_NAME = 99;

/**
 * An extended header with its records, byte for byte that of the tar package, which copies a path of 4,000 bytes several times.
 * `name` is the entry's path as text.
 */
export function paxHeader(name: string, { path, linkpath, size }: PaxRecords): Buffer {
  const records = [
    ...(path === undefined ? [] : record('path', path)),
    ...(linkpath === undefined ? [] : record('linkpath', linkpath)),
    ...record('size', Buffer.from(String(size))),
  ];
  const length = records.reduce((sum, part) => sum + part.length, 0);
  const blocks = Buffer.alloc(BLOCK * Math.ceil(1 + length / BLOCK));
  const header = Object.assign(new Header(), {
    path: `PaxHeader/${baseName(name)}`.slice(0, LONGEST_NAME),
    mode: 0o644,
    size: length,
    type: 'ExtendedHeader',
    linkpath: '',
    uname: '',
    gname: '',
    devmaj: 0,
    devmin: 0,
  });
  header.encode(blocks);
  let at = BLOCK;
  for (const part of records) at += part.copy(blocks, at);
  return blocks;
}

/** `LENGTH KEY=VALUE` and a newline: the length is that of all of it. */
function record(key: string, value: Buffer): readonly Buffer[] {
  const rest = ` ${key}=`.length + value.length + 1;
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length++;
  return [Buffer.from(`${length} ${key}=`), value, Buffer.from('\n')];
}

function baseName(path: string): string {
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  return path.slice(path.lastIndexOf('/', end - 1) + 1, end);
}
