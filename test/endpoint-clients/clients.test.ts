// The acceptance suite of real AWS clients (test/clients) against `optml endpoint`. `npm run build` first.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { before, type TestContext, test } from 'node:test';
import { awsClients } from '../support/aws-clients.ts';
import { requireFreshBuild } from '../support/fresh-build.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';

before(() => requireFreshBuild());

const IS_LONG = process.env['OPTML_TEST_LONG'] === '1';

/** What the gate runs, with the environment of clients that it needs. The long run runs whole scripts. */
const GROUPS = [
  { title: 'boto3 passes all checks', only: 'boto3-s3,boto3-jobs,boto3-logs', needs: 'v2' },
  { title: 'the AWS CLI 1 uses S3', only: 'cli/s3-*', needs: 'v2' },
  { title: 'the AWS CLI 2 uses S3', only: 'cli-v2/s3-*', needs: 'v2' },
  { title: 'the AWS SDK for JavaScript passes all checks', only: 'js', needs: 'js' },
] as const;

const LONG_GROUPS = [
  { title: 'boto3 passes all checks', only: 'boto3-jobs,boto3-s3,boto3-logs', needs: 'v2' },
  { title: 'both AWS CLIs pass all checks', only: 'cli,cli-v2', needs: 'v2' },
  { title: 'the SageMaker SDK 2 passes all checks', only: 'sdk-v2', needs: 'v2' },
  { title: 'the SageMaker SDK 3 passes all checks', only: 'sdk-v3', needs: 'v3' },
  { title: 'the AWS SDK for JavaScript passes all checks', only: 'js', needs: 'js' },
] as const;

// Not served: tuning jobs.
const SKIPPED = '*tun*,boto3-tuning';
// Busy machines, as the gate makes them, are slower than those for which the checks have their limits.
const SLOWNESS = '4';

const CLIENTS = awsClients();

function whySkip(needs: string): string | false {
  if (CLIENTS !== undefined && existsSync(join(CLIENTS, `${needs}.done`))) return false;
  return `the AWS clients (${needs}) are not installed: run test/clients/setup`;
}

for (const { title, only, needs } of IS_LONG ? LONG_GROUPS : GROUPS) {
  test(title, { skip: whySkip(needs) }, async (t) => {
    const { output, code } = await runChecks(t, only);
    assert.equal(code, 0, output);
    assert.match(output, /^[1-9]\d* passed, 0 failed$/m);
  });
}

/** Runs checks of the suite against an endpoint of their own. */
async function runChecks(t: TestContext, only: string): Promise<{ output: string; code: number | null }> {
  const folder = temporaryFolder(t);
  const optml = [
    process.execPath,
    join(ROOT, 'dist/bin/optml.cjs'),
    'endpoint',
    '--any-credentials',
    '--engine',
    'process',
  ];
  const options = `--only "$1" --skip "$2" --cache "$3" --slow ${SLOWNESS}`;
  const suite = `exec "$0" --endpoint "$AWS_ENDPOINT_URL" ${options}`;
  const command = ['sh', '-c', suite, join(ROOT, 'test/clients/run'), only, SKIPPED, CLIENTS ?? ''];
  const [program = '', ...args] = [...optml, '--', ...command];
  const env = { ...process.env, OPTML_HOME: join(folder, 'home') };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { output: `${stdout}${stderr}`, code: code as number | null };
}
