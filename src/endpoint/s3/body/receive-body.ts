import type { ChecksumAlgorithm } from '../../../buckets/buckets.ts';
import type { Algorithm } from '../../../checksum/digest.ts';
import { ServiceError } from '../../http/service-error.ts';
import { entityTooLarge, incompleteBody, invalidRequest } from '../errors.ts';
import type { S3Call } from '../s3-call.ts';
import { decodeAwsChunked, type Trailer } from './aws-chunked.ts';
import {
  checkedSum,
  checksumHeader,
  compareChecksum,
  type StatedChecksum,
  statedChecksum,
} from './checksum-headers.ts';

export interface ReceivedBody {
  /** Bytes. */
  readonly size: number;
  readonly md5: Buffer;
  /** Of the algorithm that the rules want, else the one that the client stated, else the default one. */
  readonly checksum: ComputedSum | undefined;
  /** The one that the client stated. */
  readonly stated: ComputedSum | undefined;
}

/** A checksum in base64. */
export interface ComputedSum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
}

export interface BodyRules {
  readonly maxBytes: number;
  /** The algorithm of the checksum, also if the client states another one, which is checked all the same. */
  readonly algorithm?: ChecksumAlgorithm | undefined;
  /** The algorithm of the checksum if the client states none. */
  readonly defaultAlgorithm?: ChecksumAlgorithm | undefined;
}

/** Receives the content in pieces; resolves when it can take more. */
export type Sink = (piece: Uint8Array) => Promise<void> | void;

/**
 * Reads the content of a body into a sink, without what frames it, and checks it against everything that the request says of
 * it: lengths, Content-MD5, `x-amz-content-sha256`, signatures of chunks, checksums. The sink has received bytes by then that
 * may be wrong.
 * @throws ServiceError
 */
export async function receiveBody(call: S3Call, rules: BodyRules, sink: Sink): Promise<ReceivedBody> {
  const { payload } = call.request.caller;
  const stated = statedChecksum(call.headers);
  const contentMd5 = statedMd5(call.headers['content-md5']);
  const length = statedLength(call);
  if (length !== undefined && length > rules.maxBytes) throw entityTooLarge(length, rules.maxBytes);
  const algorithm = rules.algorithm ?? stated?.algorithm ?? rules.defaultAlgorithm;
  const wanted = [algorithm, stated?.algorithm, payload.kind === 'hash' ? ('SHA256' as const) : undefined];
  const algorithms = new Set(wanted.filter((each) => each !== undefined));
  const sums = call.sumThreads.begin(['MD5', ...algorithms], length ?? 0);
  let size = 0;

  let trailer: Trailer;
  let results: ReadonlyMap<Algorithm, Uint8Array>;
  try {
    trailer = await forEachPiece(contentOf(call), async (piece) => {
      size += piece.length;
      if (size > (length ?? rules.maxBytes))
        throw length === undefined ? entityTooLarge(size, rules.maxBytes) : incompleteBody();
      const summed = sums.update(piece);
      if (summed !== undefined) await summed;
      await sink(piece);
    });
    if (length !== undefined && size !== length) throw incompleteBody();
    results = await sums.result();
  } finally {
    sums.close();
  }

  const sumOf = (each: Algorithm) => Buffer.from(results.get(each) ?? []);
  if (payload.kind === 'hash') checkSha256(payload.sha256, sumOf('SHA256'));
  const sum = sumOf('MD5');
  if (contentMd5 !== undefined) checkMd5(contentMd5, sum);
  const computed = new Map<ChecksumAlgorithm, ComputedSum>();
  for (const each of algorithms) computed.set(each, { algorithm: each, value: sumOf(each).toString('base64') });
  const ofStated = stated && computed.get(stated.algorithm);
  if (stated !== undefined) compareChecksum(stated.algorithm, statedValue(stated, trailer), ofStated?.value);
  return { size, md5: sum, checksum: algorithm && computed.get(algorithm), stated: ofStated };
}

async function forEachPiece(content: AsyncGenerator<Uint8Array, Trailer>, take: Sink): Promise<Trailer> {
  try {
    for (;;) {
      const next = await content.next();
      if (next.done === true) return next.value;
      await take(next.value);
    }
  } finally {
    await content.return(new Map());
  }
}

/** Reads a body that is small into memory. @throws ServiceError as {@link receiveBody} */
export async function receiveText(call: S3Call, maxBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  await receiveBody(call, { maxBytes }, (piece) => void pieces.push(piece));
  return Buffer.concat(pieces).toString('utf8');
}

async function* contentOf({ request }: S3Call): AsyncGenerator<Uint8Array, Trailer> {
  const { payload } = request.caller;
  const source = piecesOf(request.body);
  try {
    if (payload.kind === 'chunks') return yield* decodeAwsChunked(source, payload);
    yield* source;
    return new Map();
  } finally {
    // The server reads the rest: as long as an iterator waits for it, it cannot.
    await source.return();
  }
}

// The stream is not destroyed if reading stops: the client could not read the answer then.
async function* piecesOf(body: S3Call['request']['body']): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  } catch {
    // The client has gone, or sends no HTTP.
    throw incompleteBody();
  }
}

/** Bytes of the content, if the request says it. @throws ServiceError MissingContentLength, InvalidArgument */
function statedLength({ request, headers }: S3Call): number | undefined {
  const isChunked = request.caller.payload.kind === 'chunks';
  const text = isChunked ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  if (text === undefined && (isChunked || headers['transfer-encoding'] === undefined)) {
    throw new ServiceError('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.');
  }
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw invalidRequest('The length of the content is not a number of bytes.');
  return Number(text);
}

function statedMd5(text: string | undefined): Buffer | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 16 && bytes.toString('base64') === text) return bytes;
  throw new ServiceError('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.', { 'Content-MD5': text });
}

function checkMd5(expected: Buffer, computed: Buffer): void {
  if (expected.equals(computed)) return;
  throw new ServiceError('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.', {
    ExpectedDigest: expected.toString('base64'),
    CalculatedDigest: computed.toString('base64'),
  });
}

function checkSha256(expected: string, sum: Buffer): void {
  const computed = sum.toString('hex');
  if (expected === computed) return;
  const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
  throw new ServiceError('XAmzContentSHA256Mismatch', 400, message, {
    ClientComputedContentSHA256: expected,
    S3ComputedContentSHA256: computed,
  });
}

function statedValue({ algorithm, value }: StatedChecksum, trailer: Trailer): string {
  if (value !== undefined) return value;
  const inTrailer = trailer.get(checksumHeader(algorithm));
  if (inTrailer !== undefined) return checkedSum(algorithm, inTrailer);
  throw new ServiceError('MalformedTrailerError', 400, `The trailer ${checksumHeader(algorithm)} is missing.`);
}
