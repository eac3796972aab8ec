// What the endpoint's training jobs cost, beside moto's server: DescribeTrainingJob and ListTrainingJobs with many records,
// in turns; the endpoint's memory while jobs run one after the other; `Estimator.fit` of the SageMaker Python SDK.
//
//   npm run bench:endpoint-jobs -- [--records N] [--samples N] [--jobs N] [--moto moto_server] [--python PYTHON]
//
// `--python` is a Python with the SageMaker SDK 2. Without it, and without a moto server, these parts are left out.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  ListTrainingJobsCommand,
  SageMakerClient,
  waitUntilTrainingJobCompletedOrStopped,
} from '@aws-sdk/client-sagemaker';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '10000' },
    samples: { type: 'string', default: '300' },
    jobs: { type: 'string', default: '1000' },
    moto: { type: 'string', default: 'moto_server' },
    python: { type: 'string' },
  },
});
const RECORDS = Number(values.records);
const SAMPLES = Number(values.samples);
const JOBS = Number(values.jobs);
const OPTML = join(import.meta.dirname, '..', '..', 'dist', 'bin', 'optml.cjs');
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const ROLE = 'arn:aws:iam::123456789012:role/training';

const home = mkdtempSync(join(tmpdir(), 'optml-bench-endpoint-'));
const servers = [];
process.on('exit', () => {
  for (const server of servers) server.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

const ours = await startOurs();
const moto = await startMoto().catch(() => undefined);
if (moto === undefined) console.log('moto: not found, see --moto');

await prepareSource();
const first = await runJob('bench-first');
console.log(`a job that does nothing, from CreateTrainingJob to the end: ${ms(first)}`);
cloneRecords('bench-first');
if (moto !== undefined) await fillMoto();
await compare();
await watchMemory();
if (values.python !== undefined) await timeFit();
for (const server of servers) server.kill('SIGTERM');
process.exit(0);

async function startOurs() {
  const port = await freePort();
  const args = ['endpoint', '--port', String(port), '--any-credentials', '--engine', 'process'];
  const env = { PATH: process.env.PATH, HOME: home, OPTML_HOME: join(home, 'optml') };
  const child = spawn(process.execPath, [OPTML, ...args], { env, stdio: 'ignore' });
  servers.push(child);
  return { url: await answering(port), child };
}

async function startMoto() {
  const port = await freePort();
  const child = spawn(values.moto, ['-p', String(port)], { stdio: 'ignore' });
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  servers.push(child);
  return { url: await answering(port), child };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(port) {
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer !== undefined) return url;
    await sleep(100);
  }
  throw new Error(`no server answers at ${url}`);
}

function clientOf({ url }) {
  return new SageMakerClient({ endpoint: url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 });
}

function requestOf(name) {
  return {
    TrainingJobName: name,
    RoleArn: ROLE,
    AlgorithmSpecification: { TrainingImage: 'bench:latest', TrainingInputMode: 'File' },
    HyperParameters: { sagemaker_program: 'train.sh', sagemaker_submit_directory: 's3://bench/code/' },
    OutputDataConfig: { S3OutputPath: 's3://bench/models' },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
  };
}

async function prepareSource() {
  const s3 = new S3Client({ endpoint: ours.url, region: 'us-east-1', credentials: CREDENTIALS });
  await s3.send(new CreateBucketCommand({ Bucket: 'bench' }));
  await s3.send(new PutObjectCommand({ Bucket: 'bench', Key: 'code/train.sh', Body: 'exit 0\n' }));
}

/** Milliseconds from its creation to its end, as its record has them. */
async function runJob(name) {
  const client = clientOf(ours);
  await client.send(new CreateTrainingJobCommand(requestOf(name)));
  await waitUntilTrainingJobCompletedOrStopped(
    { client, maxWaitTime: 120, minDelay: 0.05, maxDelay: 0.1 },
    { TrainingJobName: name },
  );
  const job = await client.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
  if (job.TrainingJobStatus !== 'Completed') throw new Error(`${name}: ${job.FailureReason}`);
  return job.TrainingEndTime - job.CreationTime;
}

/** Copies the record of a real job under other names, created a second apart. */
function cloneRecords(name) {
  const jobs = join(home, 'optml', 'jobs');
  const text = readFileSync(join(jobs, name, 'job.json'), 'utf8');
  const { CreationTime } = JSON.parse(text);
  for (let index = 0; index < RECORDS; index++) {
    const copy = `bench-${String(index).padStart(6, '0')}`;
    const record = JSON.parse(text.replaceAll(name, copy));
    const dir = join(jobs, copy);
    mkdirSync(dir);
    cpSync(join(jobs, name, 'logs'), join(dir, 'logs'), { recursive: true });
    writeFileSync(join(dir, 'job.json'), JSON.stringify({ ...record, CreationTime: CreationTime - index }), {
      mode: 0o600,
    });
  }
}

async function fillMoto() {
  const client = clientOf(moto);
  let next = 0;
  const work = async () => {
    while (next < RECORDS) {
      const name = `bench-${String(next++).padStart(6, '0')}`;
      await client.send(new CreateTrainingJobCommand(requestOf(name)));
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

async function compare() {
  const name = (run) => `bench-${String((run * 7919) % RECORDS).padStart(6, '0')}`;
  const operations = {
    DescribeTrainingJob: (run) => new DescribeTrainingJobCommand({ TrainingJobName: name(run) }),
    'ListTrainingJobs, 100 newest': () => new ListTrainingJobsCommand({ MaxResults: 100 }),
    'ListTrainingJobs, by part of the name': (run) =>
      new ListTrainingJobsCommand({ MaxResults: 100, NameContains: name(run).slice(0, 10) }),
    'ListTrainingJobs, by status': () =>
      new ListTrainingJobsCommand({ MaxResults: 100, StatusEquals: 'Completed', SortBy: 'Name' }),
  };
  const clients = [clientOf(ours), ...(moto === undefined ? [] : [clientOf(moto)])];
  // The first list of new records makes the index.
  const begin = performance.now();
  await clients[0].send(new ListTrainingJobsCommand({}));
  console.log(`the first list of ${RECORDS} new records: ${ms(performance.now() - begin)}`);
  for (const [title, command] of Object.entries(operations)) {
    const times = clients.map(() => []);
    for (let run = 0; run < SAMPLES; run++) {
      for (const [index, client] of clients.entries()) {
        const start = performance.now();
        await client.send(command(run));
        times[index].push(performance.now() - start);
      }
    }
    const [own, other] = times.map((list) => [quantile(list, 0.5), quantile(list, 0.99)]);
    const beside =
      other === undefined
        ? ''
        : `; moto ${ms(other[0])}, ${ms(other[1])}; ratio of the medians ${(own[0] / other[0]).toFixed(2)}`;
    console.log(`${title}: median ${ms(own[0])}, 99th percentile ${ms(own[1])}${beside}`);
  }
}

async function watchMemory() {
  const marks = [Math.min(100, JOBS), Math.ceil(JOBS / 2), JOBS];
  const found = [];
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < JOBS) {
      await runJob(`memory-${next++}`);
      done += 1;
      if (marks.includes(done)) found.push(`${done} jobs: ${residentMiB(ours.child.pid)} MiB`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  console.log(`resident memory of the endpoint after ${found.join(', ')}`);
}

function residentMiB(pid) {
  const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kib) / 1024);
}

async function timeFit() {
  const program = join(home, 'fit.py');
  const script = join(home, 'train.sh');
  writeFileSync(script, 'exit 0\n');
  const variables = JSON.parse(await run(process.execPath, [OPTML, 'endpoint', 'env', '--json']));
  writeFileSync(
    program,
    `import time
from sagemaker.estimator import Estimator
job = Estimator("bench:latest", role="${ROLE}", instance_count=1, instance_type="ml.m5.large",
                hyperparameters={"sagemaker_program": "train.sh", "sagemaker_submit_directory": "s3://bench/code/"}, output_path="s3://bench/models")
for logs in ("All", False):
    start = time.time()
    job.fit(logs=logs)
    print("FIT", logs, round(time.time() - start, 2))
`,
  );
  const output = await run(values.python, [program], variables);
  for (const [, logs, seconds] of output.matchAll(/^FIT (\w+) ([\d.]+)$/gm)) {
    console.log(
      `Estimator.fit(logs=${logs}) of a job that does nothing: ${seconds} s, of which the SDK sleeps at least 5`,
    );
  }
}

function run(program, args, variables = {}) {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH, HOME: home, OPTML_HOME: join(home, 'optml'), ...variables };
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (bytes) => {
      output += bytes;
    });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${program} ended with ${code}`))));
  });
}

function quantile(list, share) {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function ms(time) {
  return `${time.toFixed(1)} ms`;
}
