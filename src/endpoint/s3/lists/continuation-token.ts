import { crc32 } from 'node:zlib';
import { invalidArgument } from '../errors.ts';

// The sum detects tokens of another origin, and cut ones. A token gives access to nothing.
const SUM_BYTES = 4;

/** The token from which a list goes on after this entry. */
export function writeToken(last: string): string {
  const text = Buffer.from(last);
  const sum = Buffer.alloc(SUM_BYTES);
  sum.writeUInt32BE(crc32(text));
  return Buffer.concat([sum, text]).toString('base64url');
}

/** The entry of a token. @throws ServiceError InvalidArgument */
export function readToken(token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  const last = bytes.subarray(SUM_BYTES).toString('utf8');
  if (bytes.length > SUM_BYTES && writeToken(last) === token) return last;
  throw invalidArgument('continuation-token', token, 'The continuation token provided is incorrect');
}
