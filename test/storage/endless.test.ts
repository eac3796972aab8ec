// Answers that never stay silent and never get anywhere have an end: slow ones, endless ones, listings in a circle.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ANSWER_LIMITS } from '../../src/storage/answer-limits.ts';
import { storageOf } from '../../src/storage/s3.ts';
import { S3Session } from '../../src/storage/s3-session.ts';
import { readS3Settings } from '../../src/storage/s3-settings.ts';
import { type Fault, type SeenRequest, startFakeFaults } from '../support/fake-s3-faults.ts';
import { temporaryFolder } from '../support/job.ts';
import { s3Variables, startS3 } from '../support/s3.ts';

const MIB = 1024 * 1024;
/** Minutes become tenths of seconds. */
const HASTE = {
  connectMs: 5000,
  idleMs: 5000,
  retry: { attempts: 2, firstWaitMs: 1, lastWaitMs: 2 },
  headersMs: 300,
  aboutMs: 600,
  aboutBytes: MIB,
  paceMs: 300,
  paceBytes: 1000,
};
const KEY = { bucket: 'bucket', key: 'k' };

function storageAt(t: TestContext, endpoint: string) {
  const log = { warn: () => undefined, debug: () => undefined };
  const storage = storageOf(new S3Session(readS3Settings(s3Variables(endpoint), log.warn), log, HASTE));
  t.after(() => storage.close());
  return storage;
}

async function proxied(t: TestContext, decide: (request: SeenRequest) => Fault | undefined) {
  const s3 = await startS3(t);
  const fake = await startFakeFaults(t, s3, decide);
  return { s3, fake, storage: storageAt(t, fake.endpoint), dir: temporaryFolder(t) };
}

async function listening(t: TestContext, server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const isContent = ({ method, url }: SeenRequest) => method === 'GET' && url.includes('/k?');

test('by default content has to come at 1 KiB a second, and a listing within ten minutes', () => {
  const { paceBytes, paceMs, aboutMs, headersMs } = ANSWER_LIMITS;
  assert.deepEqual([(paceBytes / paceMs) * 1000, aboutMs, headersMs], [1024, 600_000, 120_000]);
});

for (const bytes of [3 * MIB, 9 * MIB]) {
  test(`a server that gives one byte now and then is given up: download of ${bytes / MIB} MiB`, async (t) => {
    const { s3, storage, dir } = await proxied(t, (request) => (isContent(request) ? { dripMs: 20 } : undefined));
    await s3.put('k', randomBytes(bytes));
    await assert.rejects(storage.downloadObject(KEY, join(dir, 'out')), {
      code: 'S3_FAILED',
      message: /fewer than 1000 bytes in 0\.3 s/,
    });
    assert.deepEqual(readdirSync(dir), []);
  });
}

test('a server that gives one byte now and then is given up: a stream', async (t) => {
  const { s3, fake, storage } = await proxied(t, (request) => (isContent(request) ? { dripMs: 20 } : undefined));
  await s3.put('k', randomBytes(MIB));
  const read = async () => {
    for await (const _ of storage.readObject(KEY));
  };
  await assert.rejects(read, { code: 'S3_FAILED', message: /fewer than 1000 bytes/ });
  assert.equal(fake.seen.filter(isContent).length, 6);
});

test('who reads a stream may take any time', async (t) => {
  const { s3, fake, storage } = await proxied(t, () => undefined);
  const content = randomBytes(MIB);
  await s3.put('k', content);
  const read: Buffer[] = [];
  for await (const chunk of storage.readObject(KEY)) {
    read.push(chunk);
    if (read.length < 4) await sleep(2 * HASTE.paceMs);
  }
  assert.ok(Buffer.concat(read).equals(content));
  assert.equal(fake.seen.filter(isContent).length, 1);
});

test('a server that takes an upload byte by byte is given up', async (t) => {
  const server = createServer((socket) => {
    socket.pause();
    const timer = setInterval(() => socket.read(1), 20);
    socket.once('close', () => clearInterval(timer));
  });
  const storage = storageAt(t, await listening(t, server));
  const file = join(temporaryFolder(t), 'in');
  writeFileSync(file, randomBytes(8 * MIB));
  await assert.rejects(storage.uploadFile(file, KEY), { code: 'S3_FAILED', message: /fewer than 1000 bytes|no byte/ });
});

test('headers without end are given up', async (t) => {
  const server = createServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    let nth = 0;
    const timer = setInterval(() => socket.write(`x-${nth++}: y\r\n`), 20);
    socket.once('close', () => clearInterval(timer));
  });
  const storage = storageAt(t, await listening(t, server));
  await assert.rejects(storage.objectBytes(KEY), { code: 'S3_FAILED', message: /no complete answer within 0\.3 s/ });
});

const page = (keys: readonly string[], token: string | undefined, isTruncated = true) =>
  `<?xml version="1.0"?><ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${
    token === undefined ? '' : `<NextContinuationToken>${token}</NextContinuationToken>`
  }${keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join('')}</ListBucketResult>`;

/** A fake server of listings, of which no real one behaves so: `answer` makes the nth page. */
async function listed(t: TestContext, answer: (nth: number) => string) {
  let pages = 0;
  const server = createHttpServer((_, to) => to.end(answer(pages++)));
  const storage = storageAt(t, await listening(t, server));
  const keys: string[] = [];
  const list = async () => {
    for await (const { key } of storage.listObjects(KEY)) keys.push(key);
  };
  return { list, keys, pages: () => pages };
}

const CIRCLES: ReadonlyArray<readonly [what: string, answer: (nth: number) => string, message: RegExp]> = [
  ['names the same page again', () => page(['a'], 'same'), /comes back to a page/],
  ['goes round over three pages', (nth) => page([`a${nth}`], `t${nth % 3}`), /comes back to a page/],
  [
    'goes round after a while',
    (nth) => page([`a${nth}`], `t${nth < 40 ? nth : 40 + (nth % 7)}`),
    /comes back to a page/,
  ],
  ['has empty pages without end', (nth) => page([], `t${nth}`), /has 100 empty pages in a row/],
  ['goes on and does not say where', () => page(['a'], undefined), /says that it goes on, and not where/],
];
for (const [what, answer, message] of CIRCLES) {
  test(`a listing that ${what} ends with an error`, async (t) => {
    const listing = await listed(t, answer);
    await assert.rejects(listing.list, { code: 'S3_FAILED', message, fix: /its listings have no end/ });
    assert.ok(listing.pages() < 200, `${listing.pages()} pages`);
  });
}

test('a listing may leave pages empty', async (t) => {
  const listing = await listed(t, (nth) => page(nth % 50 === 49 ? [`a${nth}`] : [], `t${nth}`, nth < 160));
  await listing.list();
  assert.deepEqual(listing.keys, ['a49', 'a99', 'a149']);
});

test('an answer in XML that has no end is given up by its size and by its time', async (t) => {
  for (const [chunk, everyMs, message] of [
    ['x'.repeat(100_000), 1, /more than 1048576 bytes/],
    ['x', 20, /no end of the answer within 0\.6 s/],
  ] as const) {
    const server = createHttpServer((_, to) => {
      to.write('<?xml version="1.0"?><ListBucketResult>');
      const timer = setInterval(() => to.write(chunk), everyMs);
      to.once('close', () => clearInterval(timer));
    });
    const storage = storageAt(t, await listening(t, server));
    const list = async () => {
      for await (const _ of storage.listObjects(KEY));
    };
    await assert.rejects(list, { code: 'S3_FAILED', message });
  }
});
