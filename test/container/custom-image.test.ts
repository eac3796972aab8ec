// The example of an image of one's own, by its own script.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { codeBlocks } from '../support/pages.ts';
import { type CommandResult, runWords } from '../support/run.ts';
import { ENGINE, makeSharedJob, partsOfJob, removeImages, startJob } from './support/engine.ts';
import { IMAGES } from './support/images.ts';

const EXAMPLE = join(ROOT, 'examples', 'custom-image');
const NAME = 'optml-test-iris';
const [BAKED_IN, WITH_THE_JOB] = [`${NAME}:baked-in`, `${NAME}:with-the-job`];

after(() => removeImages(BAKED_IN, WITH_THE_JOB));

function runExample(t: TestContext, args: readonly string[], job: string): Promise<CommandResult> {
  const variables = { ...process.env, ENGINE, OPTML: IMAGES.cpu, NAME, JOB_DIR: job };
  return runWords(t, ['sh', join(EXAMPLE, 'run.sh'), ...args], { variables });
}

/** Everything below `dir` must belong to the user who runs the tests. */
function assertOwned(dir: string): void {
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    assert.equal(statSync(join(dir, name)).uid, process.getuid?.(), name);
  }
}

test('examples/custom-image trains the same model, baked in and with the job', async (t) => {
  const models: Buffer[] = [];
  for (const target of ['baked-in', 'with-the-job']) {
    const job = join(temporaryFolder(t), 'a job');
    const result = await runExample(t, [target, '--trees', '20'], job);
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /^120 flowers to learn, 30 to test, 20 trees\ntest_accuracy=0\.9333;\nModel: /m);
    assert.deepEqual(readdirSync(join(job, 'output')).sort(), ['data', 'model.tar.gz', 'output.tar.gz', 'success']);
    const metrics = readFileSync(join(job, 'output', 'data', 'metrics.json'), 'utf8');
    assert.equal(metrics, '{"trees":20,"seed":1,"test_accuracy":0.9333333333333333}');
    assertOwned(job);
    models.push(readFileSync(join(job, 'model', 'model.json')));
  }
  assert.deepEqual(models[0], models[1]);
});

test('the image with all baked in needs no network, and no right to write but to model and output', async (t) => {
  await runExample(t, ['baked-in'], temporaryFolder(t));
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

test('a job that fails by its own judgement says why, as the README shows it', async (t) => {
  const job = temporaryFolder(t);
  const result = await runExample(t, ['baked-in', '--min_accuracy', '0.999'], job);
  assert.equal(result.code, 1);
  const failure = readFileSync(join(job, 'output', 'failure'), 'utf8');
  const [shown = ''] = codeBlocks(readFileSync(join(EXAMPLE, 'README.md'), 'utf8'), '').filter((block) =>
    block.startsWith('ExecuteUserScriptError'),
  );
  assert.ok(failure.startsWith(shown.trimEnd()), failure);
});
