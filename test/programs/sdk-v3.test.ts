// Jobs that ModelTrainer of the SageMaker Python SDK 3 submits, with the SDK's own drivers. As built: `npm run build` first.
import { test } from 'node:test';
import { whyNoNamespaces } from '../support/why-no-namespaces.ts';
import { checkProgram, checkResume } from './check-program.ts';

const sdk = 'sdk-v3';
const skip = whyNoNamespaces();

test('ModelTrainer with an entry script', { skip }, (t) =>
  checkProgram(t, { folder: 'sdk-v3/entry-script', packages: 'boosting', sdk }),
);

// The SDK's drivers need Python.
test('ModelTrainer with a command for Node', { skip }, (t) =>
  checkProgram(t, { folder: 'sdk-v3/command', packages: 'boosting', sdk }),
);

test('ModelTrainer with Torchrun', { skip }, (t) =>
  checkProgram(t, { folder: 'sdk-v3/torchrun', packages: 'torch', sdk }),
);

test('ModelTrainer with checkpoints, whose script fails and continues in a second job', { skip }, (t) =>
  checkResume(t, { folder: 'sdk-v3/checkpoints', packages: 'boosting', sdk }),
);
