// One job of ModelTrainer of the SageMaker Python SDK 3, unchanged. As built: `npm run build` first.
import { test } from 'node:test';
import { whyNoMounts } from '../support/fakes.ts';
import { checkEntryScript } from './model-trainer-jobs.ts';

test('ModelTrainer with an entry script, hyperparameters of all kinds and a channel', { skip: whyNoMounts() }, (t) =>
  checkEntryScript(t, {}),
);
