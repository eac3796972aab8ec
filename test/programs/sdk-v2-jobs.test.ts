// Jobs of estimators of the SageMaker Python SDK 2, unchanged. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSdkJob, seenByScript } from './sdk-jobs.ts';

for (const name of ['pytorch', 'estimator']) {
  test(`the job "${name}" completes, and its script gets the hyperparameters with their types`, async (t) => {
    const job = await runSdkJob(t, { sdk: 'sdk-v2', name });
    if (job === undefined) return;
    const { 'algo-1-0.json': seen, ...others } = await seenByScript(job);
    assert.deepEqual(others, {});
    const hyperparameters = { epochs: 3, lr: 0.1, name: 'resnet', flag: true, layers: [1, 2], opts: { a: 1, b: null } };
    // The SDK encodes each value as JSON, so a text of digits stays one (contract C10).
    assert.deepEqual(seen?.hyperparameters, { ...hyperparameters, text: 'two words', digits: '123' });
    const digits = ['--digits', '123', '--epochs', '3', '--flag', 'True', '--layers', '[1, 2]', '--lr', '0.1'];
    assert.deepEqual(seen?.args, [...digits, '--name', 'resnet', '--opts', 'a=1,b=None', '--text', 'two words']);
  });
}
