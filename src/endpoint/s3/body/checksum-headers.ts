import type { ChecksumAlgorithm, ObjectChecksum } from '../../../buckets/buckets.ts';
import { ServiceError } from '../../http/service-error.ts';
import { invalidRequest, notImplemented } from '../errors.ts';

/** Bytes of a sum. */
const BYTES: Readonly<Record<ChecksumAlgorithm, number>> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 };

export const CHECKSUM_ALGORITHMS = Object.keys(BYTES) as readonly ChecksumAlgorithm[];

/** The sum of a body that a request states. Undefined value: it follows in the trailer. */
export interface StatedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string | undefined;
}

type Headers = Readonly<Record<string, string | undefined>>;

const PREFIX = 'x-amz-checksum-';
// Headers with the prefix that are no sums.
const SETTINGS: ReadonlySet<string> = new Set(['algorithm', 'mode', 'type']);

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return PREFIX + algorithm.toLowerCase();
}

/** The element of answers, such as `ChecksumCRC32`. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

/** @throws ServiceError InvalidRequest */
export function statedChecksum(headers: Headers): StatedChecksum | undefined {
  const stated = Object.keys(headers).filter(
    (name) => name.startsWith(PREFIX) && !SETTINGS.has(name.slice(PREFIX.length)),
  );
  const trailing = headers['x-amz-trailer']?.trim().toLowerCase();
  const names = [...stated, ...(trailing === undefined ? [] : [trailing])];
  const [name] = names;
  const sdk = headers['x-amz-sdk-checksum-algorithm']?.toUpperCase();
  if (name === undefined) {
    if (sdk === undefined) return undefined;
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  if (names.length > 1) {
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  const algorithm = readAlgorithm(name.slice(PREFIX.length));
  if (!name.startsWith(PREFIX) || algorithm === undefined) throw notImplemented(`The checksum ${name}`);
  if (sdk !== undefined && sdk !== algorithm)
    throw invalidRequest('Value for x-amz-sdk-checksum-algorithm header is invalid.');
  return { algorithm, value: stated.length === 0 ? undefined : checkedSum(algorithm, headers[name] ?? '') };
}

/** The algorithm of this name in any case. */
export function readAlgorithm(name: string): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === name.toUpperCase());
}

/** @throws ServiceError InvalidRequest if it is no sum of this algorithm in base64 */
export function checkedSum(algorithm: ChecksumAlgorithm, value: string): string {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === BYTES[algorithm] && bytes.toString('base64') === value) return value;
  throw invalidRequest(`Value for ${checksumHeader(algorithm)} header is invalid.`);
}

/** @throws ServiceError BadDigest */
export function compareChecksum(algorithm: ChecksumAlgorithm, stated: string, computed: string | undefined): void {
  if (stated === computed) return;
  throw new ServiceError('BadDigest', 400, `The ${algorithm} you specified did not match the calculated checksum.`);
}

/** The headers by which an answer returns the checksum of an object. */
export function checksumHeaders(checksum: ObjectChecksum | undefined): Readonly<Record<string, string>> {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}
