import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { runWords } from '../support/run.ts';

const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');
const TSX = join(ROOT, 'node_modules', 'tsx', 'dist', 'loader.mjs');
const FIT = [process.execPath, '--import', TSX, 'fit.mts'];

/** Runs the program in a copy, with the words before and after it. */
async function runExample(t: TestContext, before: readonly string[], after: readonly string[]): Promise<string> {
  const home = temporaryFolder(t);
  const cwd = join(home, 'example');
  cpSync(join(ROOT, 'examples', 'estimator'), cwd, { recursive: true });
  mkdirSync(join(home, 'node_modules'));
  symlinkSync(ROOT, join(home, 'node_modules', 'optml'));
  const { code, stdout, stderr } = await runWords(t, [...before, ...FIT, ...after], {
    cwd,
    variables: { HOME: home, OPTML_HOME: join(home, 'optml') },
  });
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return stdout;
}

function checkResult(stdout: string): void {
  assert.match(stdout, /^epoch=300 loss=0\.000\d+;$/m);
  const [, slope, offset] = /^Completed loss 0\.000\d+ \{"slope":([\d.]+),"offset":([\d.]+)\}$/m.exec(stdout) ?? [];
  assert.ok(Math.abs(Number(slope) - 2) < 0.05 && Math.abs(Number(offset) - 1) < 0.05, stdout);
}

test('the program with the Estimator trains on this machine', async (t) => {
  checkResult(await runExample(t, [], []));
});

test('the same program trains at the endpoint', async (t) => {
  const endpoint = [process.execPath, OPTML, 'endpoint', '--engine', 'process', '--'];
  checkResult(await runExample(t, endpoint, ['ml.m5.large', 'arn:aws:iam::123456789012:role/Trainer']));
});
