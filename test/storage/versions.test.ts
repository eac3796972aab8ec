// Versions of an object never mix, whatever a server makes of `If-Match`: a fake proxy in front of a real server.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { OptmlError } from '../../src/errors/error.ts';
import { storageOf } from '../../src/storage/s3.ts';
import { S3Session } from '../../src/storage/s3-session.ts';
import { readS3Settings } from '../../src/storage/s3-settings.ts';
import { type Fault, type SeenRequest, startFakeFaults } from '../support/fake-s3-faults.ts';
import { temporaryFolder } from '../support/job.ts';
import { s3Variables, startS3 } from '../support/s3.ts';

const MIB = 1024 * 1024;
const HASTE = { connectMs: 5000, idleMs: 1500, retry: { attempts: 3, firstWaitMs: 1, lastWaitMs: 5 } };
const versions = (bytes: number, count: number) => Array.from({ length: count }, () => randomBytes(bytes));
const isContent = ({ method, url }: SeenRequest) => method === 'GET' && url.includes('/k?');

/** A server that ignores conditions. It calls `onContent` before it answers a request for content. */
async function setUp(t: TestContext, onContent: (nth: number) => Promise<Fault | undefined> | Fault | undefined) {
  const s3 = await startS3(t);
  let contents = 0;
  const fake = await startFakeFaults(t, s3, async (request) => {
    const fault = isContent(request) ? await onContent(++contents) : undefined;
    return fault ?? { ignoresConditions: true };
  });
  const output: string[] = [];
  const log = { warn: (text: string) => output.push(text), debug: () => undefined };
  const settings = readS3Settings({ ...s3.variables, ...s3Variables(fake.endpoint) }, log.warn);
  const storage = storageOf(new S3Session(settings, log, HASTE));
  t.after(() => storage.close());
  return { s3, storage, output, dir: temporaryFolder(t), at: { bucket: s3.bucket, key: 'k' } };
}

for (const bytes of [9 * MIB, 2 * MIB]) {
  test(`an object of ${bytes / MIB} MiB that changes once is downloaded whole, in its new version`, async (t) => {
    const [first, second] = versions(bytes, 2);
    const server = await setUp(t, async (nth) => {
      if (nth === 1) await server.s3.put('k', second as Buffer);
      return undefined;
    });
    await server.s3.put('k', first as Buffer);
    await server.storage.downloadObject(server.at, join(server.dir, 'out'));
    assert.ok(readFileSync(join(server.dir, 'out')).equals(second as Buffer));
    assert.match(server.output.join('\n'), /is downloaded again: it changed while it was being downloaded/);
  });
}

test('an object that changes with each request is refused, and nothing is left', async (t) => {
  const server = await setUp(t, async () => {
    await server.s3.put('k', randomBytes(9 * MIB));
    return undefined;
  });
  await server.s3.put('k', randomBytes(9 * MIB));
  await assert.rejects(server.storage.downloadObject(server.at, join(server.dir, 'out')), (error: OptmlError) => {
    assert.match(error.message, /it changed while it was being downloaded \(2 attempts\)$/);
    return error.code === 'S3_FAILED' && error.fix === 'Finish writing the object before the job starts.';
  });
  assert.deepEqual(readdirSync(server.dir), []);
});

test('ranges without an ETag are not put together', async (t) => {
  const server = await setUp(t, () => ({ answer: { etag: undefined } }));
  await server.s3.put('k', randomBytes(9 * MIB));
  await assert.rejects(server.storage.downloadObject(server.at, join(server.dir, 'out')), {
    code: 'S3_FAILED',
    message: /the answer has no ETag/,
  });
});

test('a stream that broke off does not go on in another version', async (t) => {
  const [first, second] = versions(3 * MIB, 2);
  const server = await setUp(t, async (nth) => {
    if (nth === 1) return { cutAfter: MIB };
    await server.s3.put('k', second as Buffer);
    return undefined;
  });
  await server.s3.put('k', first as Buffer);
  const read: Buffer[] = [];
  await assert.rejects(
    async () => {
      for await (const chunk of server.storage.readObject(server.at)) read.push(chunk);
    },
    { code: 'S3_FAILED', message: /it changed while it was being downloaded/ },
  );
  const content = Buffer.concat(read);
  assert.ok(content.length > 0 && (first as Buffer).subarray(0, content.length).equals(content));
});

test('a stream does not go on with the whole object instead of a range', async (t) => {
  const content = randomBytes(3 * MIB);
  const server = await setUp(t, (nth) =>
    nth === 1 ? { cutAfter: MIB } : { answer: { 'content-range': `bytes 0-${3 * MIB - 1}/${3 * MIB}` } },
  );
  await server.s3.put('k', content);
  await assert.rejects(
    async () => {
      for await (const _ of server.storage.readObject(server.at));
    },
    { code: 'S3_FAILED', message: /was asked for, and bytes 0-/ },
  );
});
