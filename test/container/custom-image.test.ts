// The example of an image of one's own, by its own script.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { type CommandResult, runWords } from '../support/run.ts';
import { ENGINE, engine, IMAGES, makeSharedJob, partsOfJob, startJob } from './support/engine.ts';

const EXAMPLE = join(ROOT, 'examples', 'custom-image');
const [BAKED_IN, WITH_THE_JOB] = ['optml-example:baked-in', 'optml-example:with-the-job'];

after(async () => {
  const removal = { after: () => undefined } as unknown as TestContext;
  await engine(removal, 'image', 'rm', '-f', BAKED_IN, WITH_THE_JOB);
});

function runExample(t: TestContext, args: readonly string[], job: string): Promise<CommandResult> {
  const variables = { ...process.env, ENGINE, OPTML: IMAGES.cpu, JOB_DIR: job };
  return runWords(t, ['sh', join(EXAMPLE, 'run.sh'), ...args], { variables });
}

/** Everything below `dir` must belong to whoever runs the tests. */
function assertOwned(dir: string): void {
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    assert.equal(statSync(join(dir, name)).uid, process.getuid?.(), name);
  }
}

for (const target of ['baked-in', 'with-the-job']) {
  test(`examples/custom-image trains ${target}: the same model either way`, async (t) => {
    const job = join(temporaryFolder(t), 'a job');
    const result = await runExample(t, [target, '--trees', '20'], job);
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /^120 flowers to learn, 30 to test, 20 trees\ntest_accuracy=0\.9333;\nModel: /m);
    assert.deepEqual(readdirSync(join(job, 'output')).sort(), ['data', 'model.tar.gz', 'output.tar.gz', 'success']);
    const metrics = readFileSync(join(job, 'output', 'data', 'metrics.json'), 'utf8');
    assert.equal(metrics, '{"trees":20,"seed":1,"test_accuracy":0.9333333333333333}');
    assertOwned(job);
  });
}

test('the image with all baked in needs no network, and no right to write but to model and output', async (t) => {
  const base = makeSharedJob(t, { hyperparameters: { trees: '10' }, inputDataConfig: { training: {} } });
  const data = join(base, 'input', 'data', 'training');
  const prepared = await runWords(t, ['node', join(EXAMPLE, 'prepare-data.mjs'), data]);
  assert.equal(prepared.code, 0, prepared.stderr);
  const options = ['--user', '12345:12345', '--read-only', '--tmpfs', '/tmp', '--network', 'none'];
  const result = await startJob(t, { image: BAKED_IN, base, mounts: partsOfJob(base), options }).ended;
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout, /^test_accuracy=0\.9\d+;$/m);
  assert.doesNotMatch(result.stderr, /Installing/);
});

test('a job that fails by its own judgement says why', async (t) => {
  const job = temporaryFolder(t);
  const result = await runExample(t, ['baked-in', '--min_accuracy', '0.999'], job);
  assert.equal(result.code, 1);
  const failure = readFileSync(join(job, 'output', 'failure'), 'utf8');
  assert.match(
    failure,
    /^ExecuteUserScriptError:\nExitCode 1\nErrorMessage "Error: The test accuracy 0\.\d+ is below min_/,
  );
});
