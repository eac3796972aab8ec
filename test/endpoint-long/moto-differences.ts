import { compareKeys } from '../support/memory-buckets.ts';
import type { Step } from './s3-steps.ts';

/** An answer as it is compared. */
export interface Outcome {
  readonly status: number;
  readonly code?: string;
  readonly output?: Readonly<Record<string, unknown>>;
}

export interface Pair {
  readonly own: Outcome;
  readonly moto: Outcome;
}

/** A kind of difference, and the documentation that decides it. */
export interface Difference {
  readonly what: string;
  /** What the page says, in short, and its name in the Amazon S3 API reference or user guide. */
  readonly decides: string;
  /** The pair without this difference; the same one if it does not have it. */
  readonly without: (pair: Pair, step: Step) => Pair;
  /** Whether the two servers keep different objects from now on. */
  readonly hasEffect?: boolean;
}

type Path = readonly string[];

export const DIFFERENCES: readonly Difference[] = [
  members(
    'moto leaves the type of a checksum out',
    'Answers with a checksum have x-amz-checksum-type (PutObject, GetObject)',
    [['ChecksumType'], ['CopyObjectResult', 'ChecksumType'], ['Contents', 'ChecksumType']],
  ),
  members(
    'moto lists algorithms of checksums in version 2 only',
    'Object in ListObjects has ChecksumAlgorithm (Object)',
    [['Contents', 'ChecksumAlgorithm']],
  ),
  members(
    'moto adds no checksum to objects without one',
    'S3 computes a CRC64NVME if the client states no checksum (Checking object integrity)',
    [['ChecksumCRC64NVME'], ['CopyObjectResult', 'ChecksumCRC64NVME']],
  ),
  members(
    'moto returns the checksum of the whole object for a range',
    'The checksum of a range is none of the object (GetObject)',
    [...['CRC32', 'CRC32C', 'SHA1', 'SHA256'].map((name) => [`Checksum${name}`])],
    ({ input }) => input['Range'] !== undefined,
  ),
  members(
    'moto leaves empty markers and prefixes out',
    'The elements are part of the answer (ListObjects, ListMultipartUploads)',
    [['Marker'], ['Prefix']],
  ),
  members(
    'moto answers the wanted number of keys, above 1,000 too',
    'The answer never has more than 1,000 keys (ListObjectsV2)',
    [['MaxKeys']],
    ({ input }) => input['MaxKeys'] === 2000,
  ),
  members('moto has no alias of access points', 'x-amz-access-point-alias is in the answer (HeadBucket)', [
    ['AccessPointAlias'],
  ]),
  members(
    'moto leaves attributes of objects out',
    'Attributes that the request names are returned (GetObjectAttributes)',
    [['ObjectSize'], ['StorageClass']],
    ({ name }) => name === 'GetObjectAttributes',
  ),
  members(
    'moto returns a version of an unversioned bucket',
    'Version ids are for buckets with versioning (CompleteMultipartUpload)',
    [['VersionId']],
  ),
  members('this endpoint lists no storage classes but STANDARD', 'Differs from S3 on purpose: docs/endpoint.md', [
    ['Contents', 'StorageClass'],
  ]),
  members(
    'moto lists what a quiet request does not want',
    'In quiet mode only errors are in the answer (DeleteObjects)',
    [['Deleted']],
    ({ input }) => (input['Delete'] as { Quiet?: boolean } | undefined)?.Quiet === true,
  ),
  members(
    'moto names the next marker by a token, without a delimiter too',
    'NextMarker is a key or common prefix, and returned only with a delimiter (ListObjects)',
    [['NextMarker']],
    ({ name }) => name === 'ListObjects',
  ),
  members(
    'moto does not encode the key after which a list starts',
    'With an encoding type, StartAfter is encoded (ListObjectsV2)',
    [['StartAfter']],
    ({ input }) => input['EncodingType'] === 'url',
  ),
  {
    what: 'the two encode some characters of keys differently',
    decides: 'Clients decode the keys: both encodings mean the same (ListObjectsV2, encoding-type)',
    without: ({ own, moto }) => ({ own: decoded(own), moto: decoded(moto) }),
  },
  {
    what: 'moto lists common prefixes before the marker',
    decides: 'A list starts after the marker (ListObjects)',
    without: ({ own, moto }, { input }) => {
      const marker = input['Marker'];
      const prefixes = moto.output?.['CommonPrefixes'];
      if (typeof marker !== 'string' || !Array.isArray(prefixes)) return { own, moto };
      const after = prefixes.filter(({ Prefix }) => compareKeys(String(Prefix), marker) > 0);
      const { CommonPrefixes: _, ...output } = moto.output ?? {};
      return { own, moto: { ...moto, output: after.length === 0 ? output : { ...output, CommonPrefixes: after } } };
    },
  },
  {
    what: 'moto does not count common prefixes in version 1',
    decides: 'All keys that a common prefix stands for count as one (ListObjects, CommonPrefixes)',
    without: ({ own, moto }, { name, input }) => {
      const limit = Number(input['MaxKeys']);
      return name === 'ListObjects' && entries(own) <= limit && entries(moto) > limit
        ? { own, moto: own }
        : { own, moto };
    },
  },
  ordered('moto lists uploads by their start', 'Uploads are sorted by key (ListMultipartUploads)', 'Uploads'),
  fails('moto ignores Content-MD5', 'A wrong digest is BadDigest or InvalidDigest (PutObject)', [
    'BadDigest',
    'InvalidDigest',
  ]),
  fails('moto ignores tags in headers that it cannot read', 'Names of tags are unique (PutObject, x-amz-tagging)', [
    'InvalidArgument',
  ]),
  fails(
    'moto ignores conditions on the source of a copy',
    'A condition that fails is a 412 (CopyObject)',
    ['PreconditionFailed'],
    'CopyObject',
  ),
  fails('moto completes an upload again', 'An upload that was completed does not exist (CompleteMultipartUpload)', [
    'NoSuchUpload',
  ]),
  fails(
    'moto checks the size of parts before their order',
    'Parts are listed in ascending order (CompleteMultipartUpload)',
    ['InvalidPartOrder'],
  ),
  {
    what: 'moto fails without a document',
    decides: 'Errors are XML documents with a code (Error responses)',
    without: (pair) => (pair.moto.code?.startsWith('unreadable') === true ? { own: pair.own, moto: pair.own } : pair),
    hasEffect: true,
  },
];

function entries({ output }: Outcome): number {
  return [output?.['Contents'], output?.['CommonPrefixes']].flat().filter((entry) => entry !== undefined).length;
}

function decoded(outcome: Outcome): Outcome {
  if (outcome.output?.['EncodingType'] !== 'url') return outcome;
  const decode = (value: unknown): unknown => {
    if (typeof value === 'string') return decodeURIComponent(value.replaceAll('+', ' '));
    if (Array.isArray(value)) return value.map(decode);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, KEYS.has(name) ? decode(member) : member]),
    );
  };
  return { ...outcome, output: decode(outcome.output) as Record<string, unknown> };
}

const KEYS: ReadonlySet<string> = new Set([
  'Contents',
  'CommonPrefixes',
  'Key',
  'Prefix',
  'Marker',
  'StartAfter',
  'Delimiter',
  'NextMarker',
]);

// Members that only one of the two has, or that differ: neither has them afterwards.
function members(
  what: string,
  decides: string,
  paths: readonly Path[],
  applies: (step: Step) => boolean = () => true,
): Difference {
  return {
    what,
    decides,
    without: ({ own, moto }, step) => {
      if (own.output === undefined || moto.output === undefined || !applies(step)) return { own, moto };
      const strip = (outcome: Outcome): Outcome => {
        const output = structuredClone(outcome.output) as Record<string, unknown>;
        for (const path of paths) drop(output, path);
        return { ...outcome, output };
      };
      return { own: strip(own), moto: strip(moto) };
    },
  };
}

function drop(value: unknown, [name = '', ...rest]: Path): void {
  if (Array.isArray(value)) for (const each of value) drop(each, [name, ...rest]);
  else if (typeof value === 'object' && value !== null) {
    if (rest.length === 0) delete (value as Record<string, unknown>)[name];
    else drop((value as Record<string, unknown>)[name], rest);
  }
}

function ordered(what: string, decides: string, name: string): Difference {
  const sort = (outcome: Outcome): Outcome => {
    const list = outcome.output?.[name];
    if (!Array.isArray(list)) return outcome;
    const sorted = list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return { ...outcome, output: { ...outcome.output, [name]: sorted } };
  };
  return { what, decides, without: ({ own, moto }) => ({ own: sort(own), moto: sort(moto) }) };
}

// This endpoint refuses what moto does.
function fails(what: string, decides: string, codes: readonly string[], operation?: string): Difference {
  return {
    what,
    decides,
    without: (pair, { name }) => {
      const isThis = codes.includes(pair.own.code ?? '') && pair.own.code !== pair.moto.code;
      if (!isThis || pair.moto.code?.startsWith('unreadable') === true) return pair;
      return operation === undefined || operation === name ? { own: pair.own, moto: pair.own } : pair;
    },
    hasEffect: true,
  };
}
