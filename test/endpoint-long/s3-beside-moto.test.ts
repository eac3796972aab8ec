// Random sequences of operations at this endpoint and at moto 5.2.5, another server of S3. Where the two differ, the
// documentation of S3 decides: `moto-differences.ts` has each kind of difference once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { openBuckets } from '../../src/buckets/open-buckets.ts';
import { temporaryFolder } from '../support/job.ts';
import { motoServer } from '../support/moto-server.ts';
import { KEYS, s3Endpoint } from '../support/s3-endpoint.ts';
import { DIFFERENCES, type Outcome, type Pair } from './moto-differences.ts';
import { FUZZ_BUCKET as Bucket, type Memory, type Random, randomStep, type Step } from './s3-steps.ts';

interface Server {
  readonly s3: S3Client;
  memory: Memory;
}

const STEPS = 500;
const SEEDS = (process.env['OPTML_TEST_SEEDS'] ?? '1,2,3,4').split(',').map(Number);

test('random sequences are answered as moto does, except where the documentation decides otherwise', async (t) => {
  const url = await motoServer(t);
  if (url === undefined) return;
  const buckets = await openBuckets({ dataDir: temporaryFolder(t) });
  const servers = [serverOf((await s3Endpoint(t, { buckets })).url), serverOf(url)] as const;
  const seen = new Set<string>();
  const unknown: string[] = [];
  for (const { s3 } of servers) await s3.send(new CreateBucketCommand({ Bucket }));
  for (const seed of SEEDS) {
    const random = randomOf(seed);
    for (let index = 0; index < STEPS; index += 1) {
      const step = randomStep(random);
      const pair = { own: await outcomeOf(step, servers[0]), moto: await outcomeOf(step, servers[1]) };
      const { rest, hasEffect } = explain(pair, step, seen);
      if (rest !== undefined) unknown.push(describe(`seed ${seed}, step ${index}`, step, rest));
      if (rest !== undefined || hasEffect) for (const server of servers) await empty(server);
    }
  }
  assert.deepEqual(unknown, [], unknown.slice(0, 20).join('\n'));
  const unseen = DIFFERENCES.filter(({ what }) => !seen.has(what)).map(({ what }) => what);
  assert.deepEqual(unseen, [], 'these differences are no longer there: remove their rows');
});

/** What remains of the difference of two answers behind all known ones. */
function explain(pair: Pair, step: Step, seen: Set<string>): { rest: Pair | undefined; hasEffect: boolean } {
  let rest = pair;
  let hasEffect = false;
  for (const { what, without, hasEffect: has = false } of DIFFERENCES) {
    if (isDeepStrictEqual(rest.own, rest.moto)) return { rest: undefined, hasEffect };
    const next = without(rest, step);
    if (differences(next) < differences(rest)) {
      seen.add(what);
      hasEffect ||= has;
    }
    rest = next;
  }
  return { rest: isDeepStrictEqual(rest.own, rest.moto) ? undefined : rest, hasEffect };
}

// How much two answers differ, so that a row counts only if it removes something that differs.
function differences({ own, moto }: Pair): number {
  const parts = (value: unknown, path = ''): string[] => {
    if (typeof value !== 'object' || value === null) return [`${path}=${String(value)}`];
    return Object.entries(value).flatMap(([name, member]) => parts(member, `${path}.${name}`));
  };
  const [left, right] = [new Set(parts(own)), new Set(parts(moto))];
  return [...left].filter((part) => !right.has(part)).length + [...right].filter((part) => !left.has(part)).length;
}

function describe(at: string, { name, input }: Step, { own, moto }: Pair): string {
  return `${at}: ${name} ${JSON.stringify(input)}\n  own  ${JSON.stringify(own)}\n  moto ${JSON.stringify(moto)}`;
}

function serverOf(endpoint: string): Server {
  const s3 = new S3Client({ region: 'us-east-1', endpoint, forcePathStyle: true, credentials: KEYS, maxAttempts: 1 });
  return { s3, memory: { etags: new Map(), uploads: [] } };
}

async function empty(server: Server): Promise<void> {
  const { s3 } = server;
  server.memory = { etags: new Map(), uploads: [] };
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads) await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
}

async function outcomeOf(step: Step, { s3, memory }: Server): Promise<Outcome> {
  try {
    const { $metadata, ...output } = (await step.run(s3, memory)) as Answer;
    const body = output.Body === undefined ? {} : { Body: await output.Body.transformToString() };
    return { status: $metadata.httpStatusCode, output: comparable({ ...output, ...body }) as Record<string, unknown> };
  } catch (error) {
    if (!(error instanceof S3ServiceException))
      return { status: 0, code: `unreadable: ${String(error).slice(0, 200)}` };
    return { status: error.$metadata.httpStatusCode ?? 0, code: error.name };
  }
}

interface Answer {
  readonly $metadata: { readonly httpStatusCode: number };
  readonly Body?: { transformToString(): Promise<string> };
}

// Names that each server gives itself, and times.
const OWN: ReadonlySet<string> = new Set([
  'UploadId',
  'Owner',
  'Initiator',
  'LastModified',
  'Initiated',
  'Location',
  'NextContinuationToken',
  'UploadIdMarker',
  'NextUploadIdMarker',
]);

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name, member]) => member !== undefined && !OWN.has(name));
  return Object.fromEntries(members.map(([name, member]) => [name, comparable(member)]));
}

// The same numbers for the same seed (mulberry32).
function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
