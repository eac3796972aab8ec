import { Header, type HeaderData } from 'tar/header';
import { BLOCK } from '../header-block.ts';

// Fields of a POSIX header: a path is split into a name and the folders before it.
const NAME_BYTES = 100;
const PREFIX_AT = 345;
const PREFIX_BYTES = 155;
const SUM_AT = 148;
const SUM_BYTES = 8;
/** A path that is longer fits into no header, wherever it is split. */
const LONGEST_PATH = PREFIX_BYTES + 1 + NAME_BYTES;
// Of a longer path, the header uses no more than this.
const USED_CHARACTERS = 300;

/**
 * Writes a header block, as the tar package does. Its time grows with the square of a path's length, and here it does not.
 * Returns whether the header cannot hold all of `data`.
 */
export function encodeHeader(data: HeaderData & { readonly path: string }, block: Buffer): boolean {
  const { path } = data;
  if (path.length <= LONGEST_PATH + 1) return new Header(data).encode(block);
  if (Buffer.byteLength(path) > path.length) {
    new Header({ ...data, path: path.slice(0, USED_CHARACTERS) }).encode(block);
    return true;
  }
  // The tar package keeps the start of a name that it cuts.
  const slash = path.lastIndexOf('/', PREFIX_BYTES);
  Object.assign(new Header(), data, { path: path.slice(slash + 1, slash + NAME_BYTES) }).encode(block);
  if (slash > 0) block.write(path.slice(0, slash), PREFIX_AT, 'latin1');
  writeSum(block);
  return true;
}

/** The sum counts its own field as spaces. */
function writeSum(block: Buffer): void {
  block.fill(' ', SUM_AT, SUM_AT + SUM_BYTES);
  let sum = 0;
  for (let at = 0; at < BLOCK; at++) sum += block[at] ?? 0;
  block.write(`${sum.toString(8).padStart(SUM_BYTES - 2, '0')} \0`, SUM_AT, 'latin1');
}
