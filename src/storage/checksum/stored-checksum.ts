import type { Algorithm } from '../../checksum/digest.ts';

/** What an object can be checked by, apart from its size. */
export interface Checksum {
  readonly algorithm: Algorithm;
  /** Of the whole content, or with `parts` of the parts' sums one after the other. */
  readonly expected: Buffer;
  /** How many parts a composite sum is made of; undefined: it is of the whole content. */
  readonly parts: number | undefined;
}

/** An answer's members about integrity, of GetObject or HeadObject. */
export interface IntegrityMembers {
  readonly ChecksumCRC32?: string | undefined;
  readonly ChecksumCRC64NVME?: string | undefined;
  readonly ChecksumCRC32C?: string | undefined;
  readonly ChecksumSHA1?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
  readonly ETag?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
}

// From the one that costs least.
const MEMBERS = [
  ['CRC32', 'ChecksumCRC32'],
  ['SHA1', 'ChecksumSHA1'],
  ['SHA256', 'ChecksumSHA256'],
  ['CRC64NVME', 'ChecksumCRC64NVME'],
  ['CRC32C', 'ChecksumCRC32C'],
] as const satisfies ReadonlyArray<readonly [Algorithm, keyof IntegrityMembers]>;

/**
 * The checksum that an answer brings; without one the ETag where it is an MD5: not with encryption by KMS or by the
 * customer's key. Undefined: there is none, and the size has to do.
 */
export function checksumOf(answer: IntegrityMembers): Checksum | undefined {
  for (const [algorithm, member] of MEMBERS) {
    const checksum = parseSum(algorithm, answer[member], 'base64');
    if (checksum !== undefined) return checksum;
  }
  const isPlain = /^(?:AES256)?$/.test(answer.ServerSideEncryption ?? '') && answer.SSECustomerAlgorithm === undefined;
  const etag = answer.ETag?.replaceAll('"', '') ?? '';
  return isPlain && /^[0-9a-f]{32}(?:-\d+)?$/.test(etag) ? parseSum('MD5', etag, 'hex') : undefined;
}

const BYTES: Readonly<Record<Algorithm, number>> = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32, MD5: 16 };

// `SUM`, or `SUM-PARTS` where it is composite. What has another length is no sum that we know.
function parseSum(algorithm: Algorithm, text: string | undefined, encoding: 'base64' | 'hex'): Checksum | undefined {
  const [, sum = '', parts] = /^(.*?)(?:-(\d+))?$/.exec(text ?? '') ?? [];
  const expected = Buffer.from(sum, encoding);
  if (expected.length !== BYTES[algorithm]) return undefined;
  return { algorithm, expected, parts: parts === undefined ? undefined : Number(parts) };
}
