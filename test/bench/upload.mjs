#!/usr/bin/env node
// Uploads one large file, and many small ones, as `optml submit` does, beside `aws s3 cp` to the same server: an `optml endpoint`
// of this run. The two take turns. Prints medians in seconds and the ratio; the goal is at most 1.
//
//   npm run build && npm run bench:upload [-- --mib 1024] [--files 20000] [--rounds 3] [--dir DIR] [--aws /usr/bin/aws]
//
// Each time is that of a whole process, with its start. optml reads all content twice: the prefix contains its hash.
import { spawn, spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values: options } = parseArgs({
  options: {
    mib: { type: 'string', default: '1024' },
    files: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    dir: { type: 'string', default: tmpdir() },
    aws: { type: 'string', default: '/usr/bin/aws' },
  },
});
const ROOT = join(import.meta.dirname, '../..');
const MIB = 1024 * 1024;
const scratch = mkdtempSync(join(options.dir, 'optml-bench-'));
const variables = {
  PATH: process.env.PATH,
  AWS_ACCESS_KEY_ID: 'OPTMLAAAAAAAAAAAAAAA',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  OPTML_HOME: join(scratch, 'home'),
};

/** Starts an endpoint, and gives its process and URL. */
async function startServer() {
  const program = join(scratch, 'server.mjs');
  writeFileSync(
    program,
    `import { startEndpoint } from ${JSON.stringify(join(ROOT, 'dist/endpoint/index.js'))};
const endpoint = await startEndpoint({ isAnyCredentials: true });
console.log(endpoint.url);`,
  );
  const server = spawn(process.execPath, [program], { env: variables, stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = await once(createInterface(server.stdout), 'line');
  return { server, url };
}

/** Writes the folders that are uploaded. */
function makeData() {
  const large = join(scratch, 'large');
  const small = join(scratch, 'small');
  for (const dir of [large, small]) mkdirSync(dir);
  const block = Buffer.alloc(MIB);
  for (let number = 0; number < Number(options.mib); number++) {
    writeFileSync(join(large, 'file'), randomFillSync(block), { flag: 'a' });
  }
  for (let number = 0; number < Number(options.files); number++) {
    const dir = join(small, String(number % 100));
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, `${number}.txt`), `file ${number}\n`.repeat(100));
  }
  return { large, small };
}

/** Seconds of a command. */
function timed(command, args, env) {
  const start = performance.now();
  const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8', cwd: ROOT });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - start) / 1000;
}

async function uploadProgram() {
  // As commands contain it; within the package, whose private imports it uses.
  const built = join(ROOT, 'dist/bench-uploader.mjs');
  await build({
    entryPoints: [join(ROOT, 'src/estimator/upload/open-uploader.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['#*'],
    logLevel: 'warning',
    outfile: built,
  });
  const file = join(scratch, 'upload.mjs');
  writeFileSync(
    file,
    `const { openUploader } = await import(${JSON.stringify(built)});
const log = { info() {}, warn: console.error, debug() {} };
const [path, prefix] = process.argv.slice(2);
const uploader = openUploader({ target: { bucket: 'bench', prefix }, variables: process.env, log });
await uploader.upload({ kind: 'tree', path, name: 'data' });
uploader.close();`,
  );
  return file;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const { server, url } = await startServer();
try {
  const env = { ...variables, AWS_ENDPOINT_URL_S3: url };
  const aws = (...args) => timed(options.aws, ['--endpoint-url', url, 's3', ...args], env);
  aws('mb', 's3://bench');
  const data = makeData();
  const program = await uploadProgram();
  const ours = (dir, prefix, round) =>
    timed(process.execPath, [program, dir, prefix], {
      ...env,
      // Without sums of earlier rounds.
      OPTML_HOME: join(scratch, `home-${prefix}-${round}`),
    });
  for (const [name, dir] of Object.entries(data)) {
    const seconds = { optml: [], again: [], aws: [] };
    for (let round = 0; round < Number(options.rounds); round++) {
      const prefix = `${name}-${round}`;
      seconds.optml.push(ours(dir, `optml-${prefix}`, round));
      seconds.aws.push(aws('cp', '--recursive', '--quiet', dir, `s3://bench/aws-${prefix}`));
      seconds.again.push(ours(dir, `optml-${prefix}`, round));
    }
    const what = name === 'large' ? `one file of ${options.mib} MiB` : `${options.files} small files`;
    const [own, other, again] = [seconds.optml, seconds.aws, seconds.again].map(median);
    const ratio = (own / other).toFixed(2);
    console.log(
      `${what}: optml ${own.toFixed(1)} s, aws s3 cp ${other.toFixed(1)} s, ratio ${ratio}; a second upload ${again.toFixed(1)} s`,
    );
  }
} finally {
  server.kill();
  await once(server, 'exit');
  rmSync(scratch, { recursive: true, force: true });
  rmSync(join(ROOT, 'dist/bench-uploader.mjs'), { force: true });
}
