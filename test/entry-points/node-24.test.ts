import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { type JobSpec, makeJob, TRAIN } from '../support/job.ts';
import { OPTML_PROGRAMS } from '../support/optml-programs.ts';
import { runWords } from '../support/run.ts';

const NODE_24 = process.env['OPTML_TEST_NODE24'] || onPath('node24');
const skip =
  NODE_24 === undefined && 'SKIPPED: no Node 24 found: set OPTML_TEST_NODE24 to one, or put it on PATH as node24';

function onPath(name: string): string | undefined {
  try {
    return execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

function runOn24(t: TestContext, spec: JobSpec, variables: NodeJS.ProcessEnv = {}) {
  const base = makeJob(t, { hyperparameters: { epochs: '3' }, ...spec });
  return runWords(t, [NODE_24 ?? '', TRAIN], {
    variables: { SAGEMAKER_BASE_DIR: base, HOME: base, OPTML_PACKAGE: 'never', ...variables },
  });
}

for (const { title, program, files, lines } of OPTML_PROGRAMS) {
  test(`on Node 24 optml is found by a program that has none installed: ${title}`, { skip }, async (t) => {
    const result = await runOn24(t, { program, files });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.stdout, 'ok true\n'.repeat(lines));
    assert.doesNotMatch(result.stderr, /Warning/);
  });
}

for (const program of ['train.ts', 'train.mts', 'train.cts']) {
  test(`OPTML_TYPESCRIPT=node strips types by Node 24 itself: ${program}`, { skip }, async (t) => {
    const text =
      'const mode: string = String(process.execArgv.some((word) => word.includes("tsx")));\nconsole.log(mode);\n';
    const files = { [`code/${program}`]: text };
    const node = await runOn24(t, { program, files }, { OPTML_TYPESCRIPT: 'node' });
    assert.equal(node.stdout, 'false\n', node.stderr);
    assert.equal((await runOn24(t, { program, files })).stdout, 'true\n');
  });
}

test('with OPTML_TYPESCRIPT=node an enum is an error: nothing is tried twice', { skip }, async (t) => {
  const files = { 'code/train.ts': 'console.log("once");\nenum A { B }\nconsole.log(A.B);\n' };
  const result = await runOn24(t, { program: 'train.ts', files }, { OPTML_TYPESCRIPT: 'node' });
  assert.equal(result.code, 1);
  assert.equal(result.stdout, '');
  assert.match(result.stderr, /ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX/);
});

test('with OPTML_TYPESCRIPT=node a program imports optml', { skip }, async (t) => {
  const files = {
    'code/train.mts':
      "import { trainingEnvironment } from 'optml';\nconst it: boolean = trainingEnvironment().isTrainingJob;\nconsole.log(it);",
  };
  const result = await runOn24(t, { program: 'train.mts', files }, { OPTML_TYPESCRIPT: 'node' });
  assert.equal(result.stdout, 'true\n', result.stderr);
});
