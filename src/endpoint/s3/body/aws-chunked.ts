import { createHash } from 'node:crypto';
import type { ChunkSignatures } from '../../http/caller.ts';
import { ServiceError } from '../../http/service-error.ts';
import { incompleteBody } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { JoinedPieces } from './joined-pieces.ts';

/** What follows the last chunk: values by the lower-case names of headers. */
export type Trailer = ReadonlyMap<string, string>;

export interface ChunkedForm {
  readonly hasTrailer: boolean;
  readonly signatures: ChunkSignatures | undefined;
}

const MAX_LINE_BYTES = 1024;
const MAX_TRAILER_LINES = 16;
const HEAD = /^([0-9a-fA-F]{1,13})(?:;chunk-signature=([0-9a-f]{64}))?$/;
const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

/**
 * The content of an `aws-chunked` body, and its trailer. Content arrives before its signature is checked: what is made of it
 * must stay invisible until the end. "Signature calculations: transferring a payload in multiple chunks" of the Amazon S3 API
 * reference.
 * @throws ServiceError SignatureDoesNotMatch, IncompleteBody, InvalidChunkSizeError, MalformedTrailerError
 */
export async function* decodeAwsChunked(
  source: AsyncIterator<Uint8Array>,
  form: ChunkedForm,
): AsyncGenerator<Uint8Array, Trailer> {
  const reader = new ByteReader(source);
  const joined = new JoinedPieces();
  for (;;) {
    const [, hex, signature] =
      HEAD.exec(reader.arrivedLine(MAX_LINE_BYTES) ?? (await reader.line(MAX_LINE_BYTES))) ?? [];
    if (hex === undefined) throw invalidChunk();
    const bytes = Number.parseInt(hex, 16);
    const sum = form.signatures && createHash('sha256');
    for (let left = bytes; left > 0; ) {
      const piece = reader.arrivedBytes(left);
      left -= piece.length;
      sum?.update(piece);
      if (!joined.add(piece)) {
        yield* joined.take();
        yield piece;
      }
      if (left > 0 && !(await reader.more())) throw incompleteBody();
    }
    if (sum !== undefined) await checkChunk(form.signatures, signature, sum.digest('hex'));
    if (bytes === 0) break;
    if ((reader.arrivedLine(2) ?? (await reader.line(2))) !== '') throw invalidChunk();
  }
  yield* joined.take();
  const trailer = form.hasTrailer ? await readTrailer(reader, form.signatures) : await readEnd(reader);
  if (!(await reader.isAtEnd())) throw incompleteBody();
  return trailer;
}

async function readEnd(reader: ByteReader): Promise<Trailer> {
  if (!(await reader.isAtEnd()) && (await reader.line(2)) !== '') throw incompleteBody();
  return new Map();
}

async function readTrailer(reader: ByteReader, signatures: ChunkSignatures | undefined): Promise<Trailer> {
  const trailer = new Map<string, string>();
  const sum = createHash('sha256');
  for (let lines = 0; ; lines += 1) {
    const line = (await reader.isAtEnd()) ? '' : await reader.line(MAX_LINE_BYTES);
    if (line === '') break;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon <= 0 || lines >= MAX_TRAILER_LINES || trailer.has(name)) throw malformedTrailer();
    const value = line.slice(colon + 1).trim();
    trailer.set(name, value);
    if (name !== TRAILER_SIGNATURE) sum.update(`${name}:${value}\n`);
  }
  if (signatures !== undefined) {
    const signature = trailer.get(TRAILER_SIGNATURE) ?? '';
    if (!(await signatures.isTrailer(signature, sum.digest('hex')))) throw wrongSignature();
  }
  return trailer;
}

async function checkChunk(signatures: ChunkSignatures | undefined, signature = '', sha256: string): Promise<void> {
  if (signatures !== undefined && !(await signatures.isNextChunk(signature, sha256))) throw wrongSignature();
}

function wrongSignature(): ServiceError {
  return new ServiceError(
    'SignatureDoesNotMatch',
    403,
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  );
}

function invalidChunk(): ServiceError {
  return new ServiceError('InvalidChunkSizeError', 400, 'Invalid chunk size or form of a chunk in the request body');
}

function malformedTrailer(): ServiceError {
  const message =
    'The request contained trailing data that was not well-formed or did not conform to our published schema.';
  return new ServiceError('MalformedTrailerError', 400, message);
}
