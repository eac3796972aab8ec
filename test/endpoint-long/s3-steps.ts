import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** A random number from 0 up to but not including `below`. */
export type Random = (below: number) => number;

/** What a server has answered so far that later steps need. */
export interface Memory {
  readonly etags: Map<string, string>;
  readonly uploads: { readonly key: string; id: string; parts: Map<number, string> }[];
}

/** A step of a sequence, the same for every server. */
export interface Step {
  readonly name: string;
  /** For messages, and for the rows of known differences. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly run: (s3: S3Client, memory: Memory) => Promise<unknown>;
}

const Bucket = 'fuzz-bucket';
const KEYS = ['a', 'a/b', 'a/b/c', 'a//b', 'dir', 'dir/', 'dir/x', 'ü b+c', 'z%2Fz', '~()!*', '日本/語', 'Z'];
const MB = 1024 * 1024;

/** A bucket, and steps with the objects in it. */
export const FUZZ_BUCKET = Bucket;

export function randomStep(random: Random): Step {
  const makers = Object.entries(MAKERS);
  const total = makers.reduce((sum, [, [weight]]) => sum + weight, 0);
  let at = random(total);
  for (const [name, [weight, make]] of makers) {
    if (at < weight) return { name, ...make(random) };
    at -= weight;
  }
  throw new Error('the weights are their own sum');
}

type Maker = (random: Random) => Omit<Step, 'name'>;

const MAKERS: Readonly<Record<string, readonly [weight: number, Maker]>> = {
  PutObject: [24, putObject],
  GetObject: [10, getObject],
  HeadObject: [6, headObject],
  DeleteObject: [6, deleteObject],
  DeleteObjects: [2, deleteObjects],
  CopyObject: [8, copyObject],
  ListObjects: [6, listObjects],
  ListObjectsV2: [8, listObjectsV2],
  PutObjectTagging: [3, putTagging],
  GetObjectTagging: [3, (random) => ofKey(random, (s3, input) => s3.send(new GetObjectTaggingCommand(input)))],
  DeleteObjectTagging: [1, (random) => ofKey(random, (s3, input) => s3.send(new DeleteObjectTaggingCommand(input)))],
  GetObjectAttributes: [2, getAttributes],
  HeadBucket: [1, headBucket],
  CreateMultipartUpload: [5, beginUpload],
  UploadPart: [8, uploadPart],
  ListParts: [2, listParts],
  ListMultipartUploads: [2, listUploads],
  CompleteMultipartUpload: [4, completeUpload],
  AbortMultipartUpload: [1, abortUpload],
};

type Input = Readonly<Record<string, unknown>>;
type Send = (s3: S3Client, input: { Bucket: string; Key: string }) => Promise<unknown>;

function step(input: Input, run: Step['run']): Omit<Step, 'name'> {
  return { input, run };
}

function ofKey(random: Random, send: Send): Omit<Step, 'name'> {
  const input = { Bucket, Key: pick(random, KEYS) };
  return step(input, (s3) => send(s3, input));
}

function putObject(random: Random): Omit<Step, 'name'> {
  const Key = pick(random, KEYS);
  const input = {
    Bucket,
    Key,
    Body: 'x'.repeat(random(40)),
    ...sometimes(random, 4, { ContentType: 'x/y' }),
    ...sometimes(random, 4, { Metadata: { colour: pick(random, ['blue', 'a  b', '']) } }),
    ...sometimes(random, 6, { CacheControl: 'no-store', ContentLanguage: 'de', ContentDisposition: 'inline' }),
    ...sometimes(random, 6, { Tagging: pick(random, ['a=1', 'a=1&b=%C3%BC', 'a=1&a=2']) }),
    ...sometimes(random, 3, { ChecksumAlgorithm: pick(random, ['SHA1', 'SHA256', 'CRC32C'] as const) }),
    ...sometimes(random, 8, { IfNoneMatch: '*' }),
    ...sometimes(random, 12, { StorageClass: pick(random, ['STANDARD_IA', 'NONE'] as const) as 'STANDARD_IA' }),
    ...sometimes(random, 15, { ContentMD5: pick(random, ['wrong', 'AAAAAAAAAAAAAAAAAAAAAA==']) }),
  };
  return {
    input,
    run: async (s3, memory) => {
      const answer = await s3.send(new PutObjectCommand(input));
      memory.etags.set(Key, answer.ETag ?? '');
      return answer;
    },
  };
}

function conditions(random: Random, { etags }: Memory, key: string): object {
  const etag = etags.get(key) ?? '"none"';
  const past = new Date(0);
  const future = new Date(Date.now() + 86_400_000);
  return {
    ...sometimes(random, 6, { IfMatch: pick(random, [etag, '"other"']) }),
    ...sometimes(random, 6, { IfNoneMatch: pick(random, [etag, '"other"']) }),
    ...sometimes(random, 9, { IfModifiedSince: past }),
    ...sometimes(random, 9, { IfUnmodifiedSince: pick(random, [past, future]) }),
  };
}

function read(random: Random, send: Send): Omit<Step, 'name'> {
  const Key = pick(random, KEYS);
  const more = {
    ...sometimes(random, 3, {
      Range: pick(random, ['bytes=0-3', 'bytes=5-', 'bytes=-4', 'bytes=30-40', 'bytes=5-2', 'x']),
    }),
    ...sometimes(random, 3, { ChecksumMode: 'ENABLED' as const }),
  };
  // Drawn before, so that they are the same for every server.
  const numbers = Array.from({ length: 8 }, () => random(1_000_000));
  const draw = (memory: Memory) => conditions(replay(numbers), memory, Key);
  return {
    input: { Bucket, Key, ...more, conditions: draw({ etags: new Map([[Key, 'ITS ETAG']]), uploads: [] }) },
    run: (s3, memory) => send(s3, { Bucket, Key, ...more, ...draw(memory) }),
  };
}

function replay(numbers: readonly number[]): Random {
  let at = 0;
  return (below) => (numbers[at++ % numbers.length] ?? 0) % below;
}

function getObject(random: Random): Omit<Step, 'name'> {
  return read(random, (s3, input) => s3.send(new GetObjectCommand(input)));
}

function headObject(random: Random): Omit<Step, 'name'> {
  return read(random, (s3, input) => s3.send(new HeadObjectCommand(input)));
}

function deleteObject(random: Random): Omit<Step, 'name'> {
  return ofKey(random, (s3, input) => s3.send(new DeleteObjectCommand(input)));
}

function deleteObjects(random: Random): Omit<Step, 'name'> {
  const Objects = Array.from({ length: 1 + random(3) }, () => ({ Key: pick(random, KEYS) }));
  const input = { Bucket, Delete: { Objects, Quiet: random(2) === 0 } };
  return step(input, (s3) => s3.send(new DeleteObjectsCommand(input)));
}

function copyObject(random: Random): Omit<Step, 'name'> {
  const from = pick(random, KEYS);
  const input = {
    Bucket,
    Key: pick(random, KEYS),
    CopySource: `${Bucket}/${from.split('/').map(encodeURIComponent).join('/')}`,
    ...sometimes(random, 3, { MetadataDirective: 'REPLACE' as const, Metadata: { copied: '1' } }),
    ...sometimes(random, 4, { TaggingDirective: 'REPLACE' as const, Tagging: 'copied=1' }),
    ...sometimes(random, 6, { CopySourceIfMatch: '"other"' }),
    ...sometimes(random, 6, { CopySourceIfNoneMatch: '"other"' }),
  };
  return step(input, (s3) => s3.send(new CopyObjectCommand(input)));
}

function listQuery(random: Random) {
  return {
    Bucket,
    ...sometimes(random, 2, { Prefix: pick(random, ['a', 'a/', 'd', 'dir/', 'none', 'ü']) }),
    ...sometimes(random, 2, { Delimiter: pick(random, ['/', '//', 'b']) }),
    ...sometimes(random, 3, { MaxKeys: pick(random, [0, 1, 2, 5, 2000]) }),
    ...sometimes(random, 4, { EncodingType: 'url' as const }),
  };
}

function listObjects(random: Random): Omit<Step, 'name'> {
  const input = { ...listQuery(random), ...sometimes(random, 3, { Marker: pick(random, KEYS) }) };
  return step(input, (s3) => s3.send(new ListObjectsCommand(input)));
}

function listObjectsV2(random: Random): Omit<Step, 'name'> {
  const more = {
    ...sometimes(random, 3, { StartAfter: pick(random, KEYS) }),
    ...sometimes(random, 5, { FetchOwner: true }),
  };
  const input = { ...listQuery(random), ...more };
  return step(input, (s3) => s3.send(new ListObjectsV2Command(input)));
}

function putTagging(random: Random): Omit<Step, 'name'> {
  const TagSet = Array.from({ length: random(4) }, (_, index) => ({
    Key: `t${index}`,
    Value: pick(random, ['', 'v', 'ü']),
  }));
  const input = { Bucket, Key: pick(random, KEYS), Tagging: { TagSet } };
  return step(input, (s3) => s3.send(new PutObjectTaggingCommand(input)));
}

function getAttributes(random: Random): Omit<Step, 'name'> {
  const ObjectAttributes: ('ETag' | 'ObjectSize' | 'StorageClass')[] = ['ETag', 'ObjectSize', 'StorageClass'];
  return ofKey(random, (s3, input) => s3.send(new GetObjectAttributesCommand({ ...input, ObjectAttributes })));
}

function headBucket(random: Random): Omit<Step, 'name'> {
  const input = { Bucket: pick(random, [Bucket, 'no-such-bucket']) };
  return step(input, (s3) => s3.send(new HeadBucketCommand(input)));
}

function beginUpload(random: Random): Omit<Step, 'name'> {
  const input = { Bucket, Key: pick(random, KEYS), ...sometimes(random, 2, { Metadata: { by: 'parts' } }) };
  return {
    input,
    run: async (s3, memory) => {
      const answer = await s3.send(new CreateMultipartUploadCommand(input));
      memory.uploads.push({ key: input.Key, id: answer.UploadId ?? '', parts: new Map() });
      return answer;
    },
  };
}

interface Chosen {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

// An upload that was begun, whether it still exists or not.
function ofUpload(
  random: Random,
  input: Input,
  run: (s3: S3Client, chosen: Chosen, parts: Map<number, string>) => Promise<unknown>,
): Omit<Step, 'name'> {
  const number = random(1_000_000);
  return {
    input,
    run: (s3, { uploads }) => {
      const upload = uploads[Math.max(0, uploads.length - 1 - (number % 3))];
      const chosen = { Bucket, Key: upload?.key ?? 'a', UploadId: upload?.id ?? 'none' };
      return run(s3, chosen, upload?.parts ?? new Map());
    },
  };
}

function uploadPart(random: Random): Omit<Step, 'name'> {
  const PartNumber = 1 + random(3);
  const Body = random(2) === 0 ? Buffer.alloc(5 * MB, random(256)) : Buffer.from('small');
  return ofUpload(random, { PartNumber, bytes: Body.length }, async (s3, chosen, parts) => {
    const answer = await s3.send(new UploadPartCommand({ ...chosen, PartNumber, Body }));
    parts.set(PartNumber, answer.ETag ?? '');
    return answer;
  });
}

function listParts(random: Random): Omit<Step, 'name'> {
  const more = sometimes(random, 2, { MaxParts: 1 });
  return ofUpload(random, more, (s3, chosen) => s3.send(new ListPartsCommand({ ...chosen, ...more })));
}

function listUploads(random: Random): Omit<Step, 'name'> {
  const input = { Bucket, ...sometimes(random, 2, { Prefix: 'a' }) };
  return step(input, (s3) => s3.send(new ListMultipartUploadsCommand(input)));
}

function completeUpload(random: Random): Omit<Step, 'name'> {
  const spoil = random(6);
  return ofUpload(random, { spoil }, (s3, chosen, parts) => {
    const all = [...parts].sort(([a], [b]) => a - b).map(([PartNumber, ETag]) => ({ PartNumber, ETag }));
    const Parts =
      spoil === 0 ? all.toReversed() : spoil === 1 ? all.map((part) => ({ ...part, ETag: '"other"' })) : all;
    return s3.send(new CompleteMultipartUploadCommand({ ...chosen, MultipartUpload: { Parts } }));
  });
}

function abortUpload(random: Random): Omit<Step, 'name'> {
  return ofUpload(random, {}, (s3, chosen) => s3.send(new AbortMultipartUploadCommand(chosen)));
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[random(values.length)] as T;
}

/** `value` once in `times` draws. */
function sometimes<T extends object>(random: Random, times: number, value: T): T | Record<string, never> {
  return random(times) === 0 ? value : {};
}
