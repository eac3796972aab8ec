// PyTorch, alone and by torchrun. As built: `npm run build` first.
import { test } from 'node:test';
import { checkInterruption, checkProgram, checkResume } from './check-program.ts';

const packages = 'torch';

test('the log lines of PyTorch examples', (t) => checkProgram(t, { folder: 'torch/digits', packages }));

test('a progress bar and a logger that share standard error', (t) =>
  checkProgram(t, { folder: 'torch/progress', packages }));

test('torchrun with two ranks on one host', (t) => checkProgram(t, { folder: 'torch/ranks', packages }));

test('torchrun on two hosts, which fails and continues in a second job', (t) =>
  checkResume(t, { folder: 'torch/hosts', packages }));

test('torchrun that is interrupted and continues', (t) => checkInterruption(t, { folder: 'torch/spot', packages }, 12));
