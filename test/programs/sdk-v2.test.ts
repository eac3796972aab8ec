// Jobs that the SageMaker Python SDK 2 submits. As built: `npm run build` first.
import { test } from 'node:test';
import { checkInterruption, checkProgram } from './check-program.ts';

const sdk = 'sdk-v2';

test('an SKLearn estimator with hyperparameters of all kinds', (t) =>
  checkProgram(t, { folder: 'sdk-v2/sklearn', packages: 'boosting', sdk }));

test('an XGBoost estimator on spot instances, which is interrupted and continues', (t) =>
  checkInterruption(t, { folder: 'sdk-v2/spot', packages: 'boosting', sdk }, 5));

test('a PyTorch estimator with torchrun on two hosts', (t) =>
  checkProgram(t, { folder: 'sdk-v2/pytorch-hosts', packages: 'torch', sdk }));

test('a Hugging Face estimator with the metrics of Hugging Face', (t) =>
  checkProgram(t, { folder: 'sdk-v2/huggingface', packages: 'torch', sdk }));
