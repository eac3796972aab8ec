// One job of ModelTrainer of the SageMaker Python SDK 3, unchanged. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyNoMounts } from '../support/fakes.ts';
import { runSdkJob, seenByScript } from './sdk-jobs.ts';

test('ModelTrainer with an entry script, hyperparameters of all kinds and a channel', {
  skip: whyNoMounts(),
}, async (t) => {
  const job = await runSdkJob(t, { sdk: 'sdk-v3', name: 'entry' });
  if (job === undefined) return;
  const { 'algo-1-0.json': seen, ...others } = await seenByScript(job);
  assert.deepEqual(others, {});
  assert.ok(seen);
  // The SDK sends texts without quotes, so "123" is a number (contract C91).
  const hyperparameters = { epochs: 3, lr: 0.1, name: 'resnet', flag: true, layers: [1, 2], opts: { a: 1, b: null } };
  assert.deepEqual(seen.hyperparameters, { ...hyperparameters, text: 'two words', digits: 123 });
  assert.ok(
    seen.args.join(' ').startsWith('--epochs 3 --lr 0.1 --name resnet --flag true --layers [1, 2]'),
    String(seen.args),
  );
  assert.deepEqual(seen.data, ['housing.csv']);
});
