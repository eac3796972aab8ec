import assert from 'node:assert/strict';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { awsClients } from '../support/aws-clients.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { runWords } from '../support/run.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');
const EXAMPLE = join(ROOT, 'examples', 'local-aws');

/**
 * Runs a program of the example with the variables that the endpoint sets, and returns what it prints. It runs in a copy, which
 * belongs to no package: a user copies the folder.
 */
async function submit(t: TestContext, program: readonly string[]): Promise<string> {
  const home = temporaryFolder(t);
  const cwd = join(home, 'example');
  cpSync(EXAMPLE, cwd, { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'));
  const { code, stdout, stderr } = await runWords(
    t,
    [process.execPath, OPTML, 'endpoint', '--engine', 'process', '--', ...program],
    { cwd, variables: { HOME: home, OPTML_HOME: join(home, 'optml') } },
  );
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return stdout;
}

function checkLine(text: string): void {
  const [, slope, offset] = /slope\W+([\d.]+)\W+offset\W+([\d.]+)/.exec(text) ?? [];
  assert.ok(Math.abs(Number(slope) - 2) < 0.05 && Math.abs(Number(offset) - 1) < 0.05, text);
}

test('the program with the AWS SDK for JavaScript trains at the endpoint and reads its model', async (t) => {
  const stdout = await submit(t, [process.execPath, '--import', 'tsx', 'submit.mts']);
  assert.match(stdout, /^Completed loss 0\.000\d+$/m);
  checkLine(stdout);
});

const CLIENTS = awsClients();
const skip = CLIENTS === undefined && 'boto3 is not installed: run test/clients/setup';

test('the program with boto3 trains at the endpoint, and reads its log and its model', { skip }, async (t) => {
  const stdout = await submit(t, [join(CLIENTS ?? '', 'v2', 'bin', 'python'), 'submit.py']);
  assert.match(stdout, /^epoch=300 loss=0\.000\d+$/m);
  assert.match(stdout, /^Completed \{'loss': 0\.000\d+\}$/m);
  checkLine(stdout);
});
