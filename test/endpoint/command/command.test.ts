// The command `optml endpoint` as a process. `npm run build` first.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { before, type TestContext, test } from 'node:test';
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { requireFreshBuild } from '../../support/fresh-build.ts';
import { ROOT, temporaryFolder } from '../../support/job.ts';

before(() => requireFreshBuild());

const OPTML = join(ROOT, 'dist/bin/optml.cjs');

/** Starts `optml endpoint …` with a home of its own. It ends with the test. */
function start(t: TestContext, home: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}): ChildProcess {
  const env = { PATH: process.env['PATH'], OPTML_HOME: home, ...variables };
  const child = spawn(process.execPath, [OPTML, 'endpoint', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  });
  return child;
}

async function end(child: ChildProcess) {
  assert.ok(child.stdout && child.stderr);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { stdout, stderr, code: code as number | null };
}

const run = (t: TestContext, home: string, args: readonly string[], variables?: NodeJS.ProcessEnv) =>
  end(start(t, home, args, variables));

/** The URL that a serving command prints. */
async function urlOf(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout);
  const [first] = await once(child.stdout.setEncoding('utf8'), 'data');
  const [url] = /http:\S+/.exec(first) ?? [];
  assert.ok(url, first);
  return url;
}

function clientOf(variables: Readonly<Record<string, string>>): S3Client {
  const { AWS_ENDPOINT_URL = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_REGION = '' } = variables;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  return new S3Client({ endpoint: AWS_ENDPOINT_URL, region: AWS_REGION, credentials });
}

test('a running endpoint serves clients with the variables that `env` prints, and ends cleanly with SIGINT', async (t) => {
  const home = temporaryFolder(t);
  const child = start(t, home, ['--port', '0']);
  const url = await urlOf(child);
  const { stdout } = await run(t, home, ['env', '--json']);
  const variables = JSON.parse(stdout);
  assert.equal(variables.AWS_ENDPOINT_URL, url);
  assert.match(readFileSync(variables.SAGEMAKER_USER_CONFIG_OVERRIDE, 'utf8'), /TelemetryOptOut: true/);
  const client = clientOf(variables);
  await client.send(new CreateBucketCommand({ Bucket: 'my-bucket' }));
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  assert.deepEqual(
    Buckets.map(({ Name }) => Name),
    ['my-bucket'],
  );
  client.destroy();
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  const after = await run(t, home, ['env']);
  assert.equal(after.code, 1);
  assert.match(after.stderr, /ENDPOINT_FAILED: no endpoint is running/);
});

test('`env` masks secrets for readers, and prints lines for a shell', async (t) => {
  const home = temporaryFolder(t);
  const child = start(t, home, ['--port', '0']);
  const url = await urlOf(child);
  const readable = await run(t, home, ['env']);
  assert.match(readable.stdout, /^AWS_SECRET_ACCESS_KEY=\*+$/m);
  const shell = await run(t, home, ['env', '--shell'], {
    AWS_PROFILE: 'company',
    AWS_CA_BUNDLE: '/etc/company.pem',
    AWS_ENDPOINT_URL_S3: 'http://other',
  });
  assert.match(shell.stdout, /^unset AWS_PROFILE AWS_CA_BUNDLE AWS_ENDPOINT_URL_S3$/m);
  const evaluated = spawn('sh', ['-c', `${shell.stdout}\necho "$AWS_ENDPOINT_URL"`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  assert.equal((await end(evaluated)).stdout, `${url}\n`);
  assert.equal((await run(t, home, ['env', '--shell', '--json'])).code, 2);
});

test('a killed endpoint is not shown as running', async (t) => {
  const home = temporaryFolder(t);
  const child = start(t, home, ['--port', '0']);
  await urlOf(child);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(readdirSync(join(home, 'endpoint/running')).length, 1);
  assert.equal((await run(t, home, ['env'])).code, 1);
});

test('of several endpoints, `env` shows the last one that still runs, or the one with a port', async (t) => {
  const home = temporaryFolder(t);
  const first = start(t, home, ['--port', '0']);
  const firstUrl = await urlOf(first);
  const second = start(t, home, ['--port', '0', '--data', join(home, 'other')]);
  const secondUrl = await urlOf(second);
  const shown = async (...args: readonly string[]) =>
    /AWS_ENDPOINT_URL=(\S+)/.exec((await run(t, home, ['env', ...args])).stdout)?.[1];
  assert.equal(await shown(), secondUrl);
  assert.equal(await shown('--port', new URL(firstUrl).port), firstUrl);
  second.kill('SIGINT');
  await once(second, 'exit');
  assert.equal(await shown(), firstUrl);
  const missing = await run(t, home, ['env', '--port', new URL(secondUrl).port]);
  assert.match(missing.stderr, /no endpoint is running at port \d+/);
});

test('a port in use is an error with the process that has it and a free port', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const { code, stderr } = await run(t, temporaryFolder(t), ['--port', String(port)]);
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`ENDPOINT_FAILED: port ${port} is in use by process ${process.pid} \\(`));
  assert.match(stderr, /optml endpoint --port \d+"/);
});

test('a command gets the variables of a new endpoint, and its exit code is that of optml', async (t) => {
  const home = temporaryFolder(t);
  const program = 'echo "$AWS_ENDPOINT_URL $AWS_EC2_METADATA_DISABLED $(printenv AWS_PROFILE || echo none)"; exit 7';
  const { code, stdout } = await run(t, home, ['--', 'sh', '-c', program], { AWS_PROFILE: 'company' });
  assert.equal(code, 7);
  assert.match(stdout, /^http:\/\/127\.0\.0\.1:\d+ true none\n$/);
  const missing = await run(t, home, ['--', 'no-such-program']);
  assert.equal(missing.code, 127);
  assert.match(missing.stderr, /no-such-program cannot be started: there is no such program/);
  assert.equal((await run(t, home, ['--'])).code, 2);
});

test('signals reach the command, and its death by a signal is the exit code', async (t) => {
  const child = start(t, temporaryFolder(t), ['--', 'sh', '-c', 'echo ready; exec sleep 60']);
  assert.ok(child.stdout);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  assert.equal(code, 143);
});

test('wrong options are errors of usage', async (t) => {
  const home = temporaryFolder(t);
  const wrong = [
    ['--port', 'x'],
    ['--port', '70000'],
    ['--host', '0.0.0.0', '--any-credentials'],
    ['--bucket', 'name'],
    ['--bucket', 'my-files='],
    ['--bucket', 'my_files=.'],
    ['--bucket', 'my-files=.', '--bucket', 'my-files=/tmp'],
    ['--data', ''],
    ['--parallel', '0'],
    ['--engine', 'rocket'],
    ['extra'],
  ];
  for (const args of wrong) assert.equal((await run(t, home, args)).code, 2, args.join(' '));
});
