// What is done about a network and a server that fail: a fake proxy in front of a real server.
// `npm run build` first: sums are made by a thread that runs what was built.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { crc32 } from 'node:zlib';
import type { OptmlError } from '../../src/errors/error.ts';
import { RETRY_POLICY } from '../../src/storage/retry.ts';
import { storageOf } from '../../src/storage/s3.ts';
import { S3Session } from '../../src/storage/s3-session.ts';
import { readS3Settings } from '../../src/storage/s3-settings.ts';
import { type Fault, type SeenRequest, startFakeFaults } from '../support/fake-s3-faults.ts';
import { temporaryFolder } from '../support/job.ts';
import { s3Variables, startS3 } from '../support/s3.ts';

const MIB = 1024 * 1024;
/** As patient as a test may be. */
const HASTE = { connectMs: 5000, idleMs: 1500, retry: { attempts: 4, firstWaitMs: 1, lastWaitMs: 5 } };

async function setUp(
  t: TestContext,
  decide: (request: SeenRequest, nth: number) => Fault | undefined,
  patience = HASTE,
) {
  const s3 = await startS3(t);
  const fake = await startFakeFaults(t, s3, decide);
  const output: string[] = [];
  const log = { warn: (text: string) => output.push(text), debug: (text: string) => output.push(text) };
  const settings = readS3Settings({ ...s3.variables, ...s3Variables(fake.endpoint) }, log.warn);
  const storage = storageOf(new S3Session(settings, log, patience));
  t.after(() => storage.close());
  return { s3, fake, storage, output, dir: temporaryFolder(t), at: (key: string) => ({ bucket: s3.bucket, key }) };
}

const isGet = ({ method, url }: SeenRequest) => method === 'GET' && url.includes('/k');

for (const [what, fault] of [
  ['a busy server (503)', { status: 503, code: 'SlowDown' }],
  ['an internal error (500)', { status: 500, code: 'InternalError' }],
  ['too many requests (429)', { status: 429, code: 'TooManyRequests' }],
  ['a connection that ends immediately', { cutAfter: 0 }],
  ['a body that is cut off', { cutAfter: 100_000 }],
  ['a server that stays silent', { silent: true }],
  ['a body that stops coming', { silent: 100_000 }],
] as const) {
  for (const size of [3 * MIB, 10 * MIB]) {
    test(`${what} is mended by further attempts: download of ${size / MIB} MiB`, async (t) => {
      const content = randomBytes(size);
      const failed = new Map<string, number>();
      const { s3, storage, dir, at } = await setUp(t, (request) => {
        // A further attempt goes on where one broke off: the end stays.
        const range = String(request.headers['range']).split('-').at(-1) ?? '';
        const times = failed.get(range) ?? 0;
        if (!isGet(request) || times >= 2) return undefined;
        failed.set(range, times + 1);
        return fault;
      });
      writeFileSync(join(dir, 'in'), content);
      await storage.uploadFile(join(dir, 'in'), at('k'));
      let reported = 0;
      const onBytes = (bytes: number) => {
        reported += bytes;
      };
      await storage.downloadObject(at('k'), join(dir, 'out'), { onBytes });
      assert.ok(readFileSync(join(dir, 'out')).equals(content));
      assert.equal(reported, size);
      assert.deepEqual(readdirSync(dir).sort(), ['in', 'out']);
      assert.ok(failed.size > 0 && (await s3.keys()).length === 1);
    });
  }
}

for (const [what, fault] of [
  ['a busy server', { status: 503, code: 'SlowDown' }],
  ['a connection that ends', { cutAfter: 0 }],
  ['a server that stays silent', { silent: true }],
] as const) {
  test(`${what} is mended by further attempts: upload, every request of it`, async (t) => {
    const content = randomBytes(10 * MIB);
    // Whatever is asked for the first time fails.
    const { s3, storage, dir, at } = await setUp(t, (_, nth) => (nth === 1 ? fault : undefined));
    writeFileSync(join(dir, 'in'), content);
    await storage.uploadFile(join(dir, 'in'), at('k'));
    assert.ok((await s3.get('k'))?.equals(content));
  });
}

test('by default there are six attempts, with waits from 0.4 s to 20 s', () => {
  assert.deepEqual(RETRY_POLICY, { attempts: 6, firstWaitMs: 400, lastWaitMs: 20_000 });
});

test('an end of the attempts is reported with their number, and nothing is left', async (t) => {
  const { s3, storage, dir, at } = await setUp(t, (request) =>
    isGet(request) ? { status: 503, code: 'SlowDown' } : undefined,
  );
  await s3.put('k', 'x');
  await assert.rejects(storage.downloadObject(at('k'), join(dir, 'out')), {
    code: 'S3_FAILED',
    message: 'cannot download s3://bucket/k: GetObject: SlowDown: said by the fake (HTTP 503) (4 attempts)',
  });
  assert.deepEqual(readdirSync(dir), []);
});

test('no listener is an error with what to check', async (t) => {
  const { storage, dir, at } = await setUp(t, () => undefined);
  storage.close();
  const log = { warn: () => undefined, debug: () => undefined };
  const settings = readS3Settings(s3Variables('http://127.0.0.1:9'), log.warn);
  const other = storageOf(new S3Session(settings, log, HASTE));
  await assert.rejects(other.downloadObject(at('k'), join(dir, 'out')), (error: OptmlError) => {
    assert.match(error.message, /^cannot look at s3:\/\/bucket\/k: HeadObject: .*ECONNREFUSED.* \(4 attempts\)$/);
    assert.deepEqual(
      [error.code, error.fix],
      ['S3_FAILED', 'Check the endpoint and its port: no server listens there.'],
    );
    return true;
  });
});

for (const [code, status, fix] of [
  ['ExpiredToken', 400, /new credentials: the session token/],
  ['InvalidAccessKeyId', 403, /AWS_ACCESS_KEY_ID/],
  ['SignatureDoesNotMatch', 403, /AWS_SECRET_ACCESS_KEY/],
  ['InvalidToken', 400, /AWS_SESSION_TOKEN/],
  ['AccessDenied', 403, /^Allow the job's role s3:\w+ on s3:\/\/bucket\/k/],
] as const) {
  test(`${code} is refused immediately, with what to do: every operation`, async (t) => {
    const { fake, storage, dir, at } = await setUp(t, () => ({ status, code }));
    writeFileSync(join(dir, 'in'), 'x');
    writeFileSync(join(dir, 'large'), randomBytes(9 * MIB));
    for (const act of [
      () => storage.downloadObject(at('k'), join(dir, 'out')),
      () => storage.downloadPrefix(at('k'), join(dir, 'folder')),
      () => storage.uploadFile(join(dir, 'in'), at('k')),
      () => storage.uploadFile(join(dir, 'large'), at('k')),
      () => storage.objectBytes(at('k')),
    ]) {
      fake.seen.length = 0;
      await assert.rejects(act(), (error: OptmlError) => {
        assert.equal(error.code, 'S3_REFUSED');
        assert.match(
          error.message,
          new RegExp(`^cannot .* s3://bucket/k: \\w+: ${code}: said by the fake \\(HTTP ${status}\\)$`),
        );
        assert.match(error.fix ?? '', fix);
        return true;
      });
      assert.ok(fake.seen.length <= 2, 'no request was repeated');
    }
  });
}

test('a bucket that may not be listed passes: the role may only write', async (t) => {
  const { storage } = await setUp(t, () => ({ status: 403, code: 'AccessDenied' }));
  await storage.checkBucket('bucket');
});

test('unknown keys do not pass the look at a bucket', async (t) => {
  const { storage } = await setUp(t, () => ({ status: 403, code: 'InvalidAccessKeyId' }));
  await assert.rejects(storage.checkBucket('bucket'), { code: 'S3_REFUSED' });
});

test('a clock that is wrong is set right by the answer, once', async (t) => {
  const date = 'Mon, 02 Jan 2040 10:00:00 GMT';
  const { s3, fake, storage, dir, at } = await setUp(t, (request) => {
    const day = /(\d{8})\/us-east-1/.exec(String(request.headers['authorization']))?.[1];
    if (day === '20400102') return { answer: { date } };
    return { status: 403, code: 'RequestTimeTooSkewed', headers: { date } };
  });
  await s3.put('k', 'x');
  await storage.downloadObject(at('k'), join(dir, 'out'));
  assert.ok(fake.seen.length <= 4, String(fake.seen.length));
});

for (const [what, fault] of [
  [
    '301 with the region in a header',
    { status: 301, code: 'PermanentRedirect', headers: { 'x-amz-bucket-region': 'eu-west-3' } },
  ],
  [
    '400 with the region in the body',
    { status: 400, code: 'AuthorizationHeaderMalformed', xml: '<Region>eu-west-3</Region>' },
  ],
] as const) {
  test(`the region of the bucket is followed, and asked for once: ${what}`, async (t) => {
    const { s3, fake, storage, dir, at } = await setUp(t, (request) =>
      String(request.headers['authorization']).includes('/eu-west-3/') ? undefined : fault,
    );
    await s3.put('k', 'x');
    await storage.downloadObject(at('k'), join(dir, 'out'));
    await storage.downloadObject(at('k'), join(dir, 'out'));
    const wrong = fake.seen.filter(({ headers }) => String(headers['authorization']).includes('/us-east-1/'));
    // HEAD has no body: where that alone names the region, one more request asks.
    assert.ok(wrong.length <= 2, String(wrong.length));
  });
}

const base64Crc = (content: Buffer) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(content));
  return bytes.toString('base64');
};

for (const size of [MIB, 10 * MIB]) {
  test(`a damaged byte is noticed by the checksum, and fetched again: ${size / MIB} MiB`, async (t) => {
    const content = randomBytes(size);
    let left = 1;
    const { s3, storage, dir, at } = await setUp(t, (request) => {
      if (isGet(request) && left-- > 0) return { damaged: true };
      return { answer: request.headers['range'] ? {} : { 'x-amz-checksum-crc32': base64Crc(content) } };
    });
    writeFileSync(join(dir, 'in'), content);
    await storage.uploadFile(join(dir, 'in'), at('k'));
    await storage.downloadObject(at('k'), join(dir, 'out'));
    assert.ok(readFileSync(join(dir, 'out')).equals(content));
    assert.equal((await s3.keys()).length, 1);
  });

  test(`a checksum that never fits is an error, and no file: ${size / MIB} MiB`, async (t) => {
    const { storage, dir, at } = await setUp(t, ({ method, headers }) =>
      method === 'PUT' || method === 'POST' || headers['range']
        ? undefined
        : { answer: { 'x-amz-checksum-crc32': 'AAAAAA==' } },
    );
    writeFileSync(join(dir, 'in'), randomBytes(size));
    await storage.uploadFile(join(dir, 'in'), at('k'));
    await assert.rejects(storage.downloadObject(at('k'), join(dir, 'out')), {
      code: 'S3_FAILED',
      message: /its CRC32 should be AAAAAA==, and what came has /,
    });
    assert.deepEqual(readdirSync(dir), ['in']);
  });
}

test('every kind of checksum is checked, of objects of one part and of several', async (t) => {
  // Sums of these bytes by other programs: "123456789", and the same over and over for 9 MiB.
  const sums = {
    'x-amz-checksum-crc32': 'y/Q5Jg==',
    'x-amz-checksum-crc32c': '4waSgw==',
    'x-amz-checksum-crc64nvme': 'rosUhgp5mIg=',
    'x-amz-checksum-sha1': '98O8HYCOBHMq32eZZczDTKeuNEE=',
    'x-amz-checksum-sha256': 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=',
  };
  let header: Record<string, string> = {};
  const { s3, storage, dir, at } = await setUp(t, ({ method }) => (method === 'GET' ? { answer: header } : undefined));
  await s3.put('k', '123456789');
  for (const [name, value] of Object.entries(sums)) {
    header = { [name]: value };
    await storage.downloadObject(at('k'), join(dir, name));
    assert.ok(existsSync(join(dir, name)));
    header = { [name]: Buffer.from(value, 'base64').fill(7).toString('base64') };
    await assert.rejects(storage.downloadObject(at('k'), join(dir, 'no')), {
      code: 'S3_FAILED',
      message: /what came has/,
    });
  }
});

test('a large object is checked by its MD5 or what else S3 has of it, on a thread', async (t) => {
  const content = randomBytes(9 * MIB);
  let answer: Record<string, string> = {};
  const { storage, dir, at } = await setUp(t, ({ method }) => (method === 'HEAD' ? { answer } : undefined));
  writeFileSync(join(dir, 'in'), content);
  await storage.uploadFile(join(dir, 'in'), at('k'));
  const { createHash } = await import('node:crypto');
  const sha256 = createHash('sha256').update(content).digest('base64');
  answer = { 'x-amz-checksum-sha256': sha256 };
  await storage.downloadObject(at('k'), join(dir, 'out'));
  assert.ok(readFileSync(join(dir, 'out')).equals(content));
  answer = { 'x-amz-checksum-sha256': Buffer.alloc(32).toString('base64') };
  await assert.rejects(storage.downloadObject(at('k'), join(dir, 'no')), {
    code: 'S3_FAILED',
    message: /its SHA256 should be/,
  });
});

test('an object that changes meanwhile is fetched again', async (t) => {
  let change: (() => Promise<void>) | undefined;
  const { s3, fake, storage, dir, at } = await setUp(t, () => undefined);
  const [before, after] = [randomBytes(20 * MIB), randomBytes(9 * MIB)];
  writeFileSync(join(dir, 'in'), before);
  writeFileSync(join(dir, 'in2'), after);
  await storage.uploadFile(join(dir, 'in'), at('k'));
  change = () => storage.uploadFile(join(dir, 'in2'), at('k')).then(() => undefined);
  let changing: Promise<void> | undefined;
  const onBytes = () => {
    changing ??= change?.();
  };
  await storage.downloadObject(at('k'), join(dir, 'out'), { onBytes });
  await changing;
  const got = readFileSync(join(dir, 'out'));
  assert.ok(got.equals(before) || got.equals(after), 'it is one of the two, and whole');
  assert.ok(fake.seen.some(({ headers }) => headers['if-match'] !== undefined));
  assert.equal((await s3.keys()).length, 1);
});

test('an abort ends a wait between attempts', async (t) => {
  const patience = { ...HASTE, retry: { attempts: 4, firstWaitMs: 60_000, lastWaitMs: 60_000 } };
  const stop = new AbortController();
  const { storage, dir, at } = await setUp(
    t,
    () => {
      setTimeout(() => stop.abort(new Error('enough')), 50);
      return { status: 503, code: 'SlowDown' };
    },
    patience,
  );
  await assert.rejects(storage.downloadObject(at('k'), join(dir, 'out'), { signal: stop.signal }), /enough/);
});

test('uploads send checksums of parts and of the whole, which S3 then checks', async (t) => {
  const { fake, storage, dir, at } = await setUp(t, ({ method, headers }) => {
    const sum = headers['x-amz-checksum-crc32'];
    return method === 'PUT' && typeof sum === 'string' ? { answer: { 'x-amz-checksum-crc32': sum } } : undefined;
  });
  const content = randomBytes(9 * MIB);
  writeFileSync(join(dir, 'in'), content);
  // This server does not read sums in the list of parts; what counts here is what is sent.
  await storage.uploadFile(join(dir, 'in'), at('k')).catch(() => undefined);
  const sums = fake.seen.map(({ method, headers }) => [method, headers['x-amz-checksum-crc32']]);
  assert.ok(sums.some(([, sum]) => sum === base64Crc(content.subarray(0, 8 * MIB))));
  assert.ok(sums.some(([, sum]) => sum === base64Crc(content.subarray(8 * MIB))));
  assert.ok(
    sums.some(([method, sum]) => method === 'POST' && sum === base64Crc(content)),
    'the whole',
  );
});
