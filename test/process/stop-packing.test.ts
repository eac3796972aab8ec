import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { makeJob, startTrain } from '../support/job.ts';
import { shellJob, waitFor } from '../support/processes.ts';

describe('packing and a stop', { concurrency: 1 }, () => {
  // More than can be packed in a second, however fast the machine, at that level; made as a training script would.
  const BIG = 'head -c 400000000 /dev/urandom > "$SM_MODEL_DIR/weights"';

  test('packing is given up at the end of the grace period with a clear message, the files untouched', async (t) => {
    const script = `${BIG}; trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done`;
    const base = makeJob(t, shellJob(script));
    const job = startTrain(t, base, {
      OPTML_PACKAGE: 'always',
      OPTML_COMPRESSION: 'node:9',
      OPTML_STOP_GRACE_SECONDS: '1',
    });
    await job.seen('ready');
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.notEqual(result.code, 0);
    assert.equal(result.isSuccess, false);
    assert.match(
      result.failure ?? '',
      /PACKAGING_GIVEN_UP: packing \S+\/model was given up: the time to stop was over/,
    );
    assert.match(result.failure ?? '', /The files in \S+\/model are untouched/);
    assert.deepEqual(readdirSync(join(base, 'output')).sort(), ['data', 'failure']);
    assert.equal(statSync(join(base, 'model', 'weights')).size, 400_000_000);
  });

  test('a stop that comes while the model is packed gives packing the grace period', async (t) => {
    const base = makeJob(t, shellJob(BIG));
    const job = startTrain(t, base, {
      OPTML_PACKAGE: 'always',
      OPTML_COMPRESSION: 'node:9',
      OPTML_STOP_GRACE_SECONDS: '1',
    });
    const partial = () => readdirSync(join(base, 'output')).some((name) => name.includes('optml-partial'));
    await waitFor('packing', partial);
    job.child.kill('SIGTERM');
    const result = await job.ended;
    assert.notEqual(result.code, 0);
    assert.match(result.failure ?? '', /PACKAGING_GIVEN_UP/);
    assert.equal(existsSync(join(base, 'output', 'model.tar.gz')), false);
  });
});
