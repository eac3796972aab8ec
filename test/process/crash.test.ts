import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeJob, ROOT, startTrain, temporaryFolder } from '../support/job.ts';
import { processesWith, shellJob } from '../support/processes.ts';

// The longest line of a bundle has tens of thousands.
const LONGEST_LINE = 2000;

/** Options of Node that run this in a callback, once the file `when` exists. */
function inCallback(t: TestContext, code: string, when = '/'): string {
  const file = join(temporaryFolder(t), 'crash.cjs');
  writeFileSync(
    file,
    `const wait = () => {
  if (require('node:fs').existsSync(${JSON.stringify(when)})) ${code};
  else setTimeout(wait, 10);
};
setImmediate(wait);`,
  );
  return `--require=${file}`;
}

for (const [what, how] of [
  ['an error in a callback', "throw new TypeError('forced')"],
  ['a rejection that nothing handles', "Promise.reject(new TypeError('forced'))"],
] as const) {
  test(`${what} of train is a defect with a failure file, and ends the program`, async (t) => {
    const dir = temporaryFolder(t);
    const base = makeJob(t, shellJob(`: > ${dir}/running; exec sleep 60`));
    const variables = { FAMILY: base, NODE_OPTIONS: inCallback(t, how, `${dir}/running`) };
    const result = await startTrain(t, base, variables).ended;
    assert.deepEqual([result.code, result.isSuccess], [70, false], result.stderr);
    assert.match(result.failure ?? '', /^ToolkitError DEFECT: forced\nFix: /);
    assert.match(result.stderr, /Reporting training FAILURE/);
    assert.ok(result.stderr.split('\n').every((line) => line.length < LONGEST_LINE));
    assert.deepEqual(processesWith('FAMILY', base), []);
  });

  test(`${what} of optml is a defect without a line of the bundle`, (t) => {
    const program = join(ROOT, 'dist', 'bin', 'optml.cjs');
    const command = [program, 'pack', temporaryFolder(t), '-o', join(temporaryFolder(t), 'archive.tar.gz')];
    const env = { PATH: process.env['PATH'], NODE_OPTIONS: inCallback(t, how) };
    const { status, stderr } = spawnSync(process.execPath, command, { env, encoding: 'utf8' });
    assert.equal(status, 70, stderr);
    assert.match(stderr, /^ToolkitError DEFECT: forced\nFix: /);
    assert.ok(
      stderr.split('\n').every((line) => line.length < LONGEST_LINE),
      stderr,
    );
  });
}
