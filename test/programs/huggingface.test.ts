// Hugging Face's libraries. As built: `npm run build` first.
import { test } from 'node:test';
import { checkInterruption, checkProgram, checkResume } from './check-program.ts';

const packages = 'torch';

test('a Trainer with its dicts and progress bars', (t) => checkProgram(t, { folder: 'huggingface/trainer', packages }));

test('a Trainer that is interrupted, and continues from the newest of its two checkpoints', (t) =>
  checkInterruption(t, { folder: 'huggingface/spot', packages }, 15));

test('Accelerate in two processes, which fails and continues in a second job', (t) =>
  checkResume(t, { folder: 'huggingface/accelerate', packages }));
