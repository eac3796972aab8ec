#!/usr/bin/env node
// What the S3 of `optml endpoint` does with large objects, many small ones and long lists, beside what this machine and moto do
// in the same run. Prints rates, ratios with their goals, and the peak memory of the endpoint in each part.
//
//   npm run build && npm run bench:endpoint [-- --mib 1024] [--puts 4000] [--keys 100000] [--moto PATH] [--dir DIR]
//
// `--moto` is the program moto_server (pip install 'moto[server]==5.2.5'); without it nothing is compared with moto. `--dir` is
// for the data: a disk that writes slower than MD5 sums limits the put, so a folder in memory (/dev/shm) shows more.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { crc32 } from 'node:zlib';
import { openBuckets } from '../../src/buckets/open-buckets.ts';
import { rawClient } from './raw-http.mjs';

const { values: options } = parseArgs({
  options: {
    mib: { type: 'string', default: '1024' },
    puts: { type: 'string', default: '4000' },
    keys: { type: 'string', default: '100000' },
    moto: { type: 'string' },
    dir: { type: 'string', default: tmpdir() },
  },
});
const MIB = 1024 * 1024;
const bytes = Number(options.mib) * MIB;
const scratch = mkdtempSync(join(options.dir, 'optml-bench-'));
/** Puts before those that are measured, in which a server compiles its code. */
const WARM_UP_PUTS = 1000;
/** Moto sorts all keys for each page, so that a few pages say enough. */
const MOTO_PAGES = 3;
const agent = new Agent({ keepAlive: true });
const BLOCK = Buffer.alloc(MIB, 'weights of a model, more or less ');

/** Seconds that `action` takes, and its result. */
async function timed(action) {
  const start = performance.now();
  const result = await action();
  return { seconds: (performance.now() - start) / 1000, result };
}

/** A signature that is well-formed: the endpoint accepts any credentials, and moto checks none. */
function headers(others = {}) {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `OPTMLAAAAAAAAAAAAAAA/${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
    'x-amz-date': date,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    ...others,
  };
}

/** Sends a request. `write` sends its body, `read` takes the answer's. */
function send(url, method, path, { more, write = (sent) => sent.end(), read = drain } = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, agent, headers: headers(more) }, (answer) => {
      if (answer.statusCode >= 300) reject(new Error(`${method} ${path}: ${answer.statusCode}`));
      read(answer).then(resolve, reject);
    });
    sent.once('error', reject);
    write(sent);
  });
}

async function drain(answer) {
  let size = 0;
  for await (const chunk of answer) size += chunk.length;
  return size;
}

async function textOf(answer) {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return text;
}

async function* blocks() {
  for (let done = 0; done < bytes; done += MIB) yield BLOCK;
}

/** Starts a server that prints its address, or listens at a known one. */
async function startServer(command, args, env, isReady) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, ...env } });
  const url = await new Promise((resolve, reject) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        text += chunk;
        const found = isReady.exec(text);
        if (found) resolve(found[0]);
      });
    }
    child.once('exit', () => reject(new Error(text)));
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { url, pid: child.pid, stop };
}

/** Runs `action`, and returns its result with the largest memory of the process meanwhile, in MiB. */
async function withPeak(pid, action) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const result = await action();
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  return { ...result, peak: `${peak.toFixed(0)} MiB (limit 150)` };
}

async function md5Rate() {
  const hash = createHash('md5');
  const { seconds } = await timed(() => {
    for (let done = 0; done < bytes; done += MIB) hash.update(BLOCK);
  });
  return bytes / seconds;
}

function crc32Of() {
  let sum = 0;
  for (let done = 0; done < bytes; done += MIB) sum = crc32(BLOCK, sum);
  const text = Buffer.alloc(4);
  text.writeUInt32BE(sum);
  return text.toString('base64');
}

async function plainGetRate(file) {
  const server = createServer((_request, response) =>
    pipeline(createReadStream(file), response).catch(() => undefined),
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { seconds } = await timed(() => send(`http://127.0.0.1:${server.address().port}`, 'GET', '/'));
  server.closeAllConnections();
  server.close();
  return bytes / seconds;
}

/** Puts a second from 64 clients that cost little beside the server. */
async function smallPuts(url, count, name) {
  const content = BLOCK.subarray(0, 4096);
  const lines = Object.entries(headers()).map(([header, value]) => `${header}: ${value}`);
  let next = 0;
  const loop = async () => {
    const client = rawClient(url, lines);
    while (next < count) {
      const status = await client.send('PUT', `/small/${name}-${next++}`, content);
      if (status !== 200) throw new Error(`a put was answered with ${status}`);
    }
    client.close();
  };
  const { seconds } = await timed(() => Promise.all(Array.from({ length: 64 }, loop)));
  return count / seconds;
}

async function warmPuts(url) {
  await smallPuts(url, WARM_UP_PUTS, 'warm');
  return await smallPuts(url, Number(options.puts), 'put');
}

/** Keys a second of a list of a bucket, in pages of 1,000. */
async function listRate(url, bucket, pages = Number.POSITIVE_INFINITY) {
  let keys = 0;
  const { seconds } = await timed(async () => {
    for (let token = '', page = 0; token !== undefined && page < pages; page++) {
      const more = token === '' ? '' : `&continuation-token=${encodeURIComponent(token)}`;
      const text = await send(url, 'GET', `/${bucket}?list-type=2${more}`, { read: textOf });
      keys += text.match(/<Key>/g)?.length ?? 0;
      token = /<NextContinuationToken>([^<]+)/.exec(text)?.[1];
    }
  });
  return { keys, rate: keys / seconds };
}

async function fillBucket(dataDir, name, count) {
  const buckets = await openBuckets({ dataDir });
  const bucket = await buckets.create(name, 'us-east-1');
  const empty = { etag: 'd41d8cd98f00b204e9800998ecf8427e', checksum: undefined, headers: {}, userMetadata: {} };
  for (let number = 0; number < count; number++) {
    const writer = await bucket.write();
    await writer.commit(`folder-${number % 100}/key-${number}`, { ...empty, tags: [], parts: undefined });
  }
  await buckets.close();
}

const mb = (rate) => `${(rate / 1e6).toFixed(0)} MB/s`;
const ratio = (one, other, goal) => `ratio ${(one / other).toFixed(2)} (goal ${goal})`;

try {
  const dataDir = join(scratch, 'data');
  await fillBucket(dataDir, 'listed', Number(options.keys));
  const optml = await startServer(
    process.execPath,
    ['dist/bin/optml.cjs', 'endpoint', '--port', '0', '--data', dataDir, '--any-credentials'],
    { OPTML_HOME: join(scratch, 'home') },
    /http:\/\/127\.0\.0\.1:\d+/,
  );
  for (const bucket of ['large', 'small']) await send(optml.url, 'PUT', `/${bucket}`);

  const md5Before = await md5Rate();
  // As the SDKs and boto3 send it.
  const more = { 'content-length': bytes, 'x-amz-checksum-crc32': crc32Of() };
  const put = await withPeak(optml.pid, () =>
    timed(() =>
      send(optml.url, 'PUT', '/large/object', {
        more,
        write: (sent) => void pipeline(blocks(), sent),
      }),
    ),
  );
  // A machine that does other work has not the same rate all the time.
  const md5 = (md5Before + (await md5Rate())) / 2;
  console.log(
    `put of ${options.mib} MiB: ${mb(bytes / put.seconds)}, MD5 in Node ${mb(md5)}, ` +
      `${ratio(bytes / put.seconds, md5, '0.6')}, peak ${put.peak}`,
  );

  const file = join(scratch, 'plain');
  await pipeline(blocks(), createWriteStream(file));
  const plain = await plainGetRate(file);
  const get = await withPeak(optml.pid, () => timed(() => send(optml.url, 'GET', '/large/object')));
  console.log(
    `get of ${options.mib} MiB: ${mb(bytes / get.seconds)}, plain stream ${mb(plain)}, ` +
      `${ratio(bytes / get.seconds, plain, '0.6')}, peak ${get.peak}`,
  );

  const puts = await withPeak(optml.pid, async () => ({ rate: await warmPuts(optml.url) }));
  const list = await withPeak(optml.pid, async () => listRate(optml.url, 'listed'));
  const again = await listRate(optml.url, 'listed');
  await optml.stop();

  let motoPuts;
  let motoList;
  if (options.moto !== undefined) {
    // Its own Python fills the bucket before it serves, which takes seconds where puts would take minutes.
    const script = join(import.meta.dirname, 'moto-with-keys.py');
    const moto = await startServer(
      join(dirname(options.moto), 'python'),
      [script, options.keys, '-H', '127.0.0.1', '-p', '0'],
      {},
      /http:\/\/127\.0\.0\.1:\d+/,
    );
    await send(moto.url, 'PUT', '/small');
    motoPuts = await warmPuts(moto.url);
    motoList = await listRate(moto.url, 'listed', MOTO_PAGES);
    await moto.stop();
  }
  const besideMoto = (rate, other, goal) =>
    other === undefined ? '' : `, moto ${other.toFixed(0)}, ${ratio(rate, other, goal)}`;
  console.log(
    `64 parallel puts of 4 kB: ${puts.rate.toFixed(0)} a second${besideMoto(puts.rate, motoPuts, '4')}, peak ${puts.peak}`,
  );
  console.log(
    `list of ${list.keys} keys: ${list.rate.toFixed(0)} a second, then ${again.rate.toFixed(0)}` +
      `${besideMoto(list.rate, motoList?.rate, '1')}, peak ${list.peak}`,
  );
} finally {
  agent.destroy();
  rmSync(scratch, { recursive: true, force: true });
}
