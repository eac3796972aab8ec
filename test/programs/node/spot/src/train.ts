// TypeScript with the library: saves a checkpoint when it is stopped, continues from it, and prints NaN once.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkpointPath, hyperparameters, onStop } from 'optml';
import { folder, metric } from './truth.mjs';

const { steps } = hyperparameters() as { steps: number };
const file = checkpointPath('state.json');
const modelDir = process.env['SM_MODEL_DIR'] ?? '';

folder('found', checkpointPath());
const isResumed = existsSync(file);
let { step, loss } = isResumed ? JSON.parse(readFileSync(file, 'utf8')) : { step: 0, loss: 10 };
let isStopped = false;
onStop(() => {
  isStopped = true;
});

// The first attempt goes on until it is interrupted.
while (!isStopped && (!isResumed || step < steps)) {
  step++;
  loss *= 0.97;
  const shown = step === 3 ? 'nan' : loss.toExponential(3);
  console.log(`step ${step}: loss ${shown}`);
  metric('loss', shown);
  await sleep(isResumed ? 1 : 100);
}
if (isStopped) {
  writeFileSync(file, JSON.stringify({ step, loss }));
  folder('checkpoints', checkpointPath());
} else {
  writeFileSync(join(modelDir, 'model.json'), JSON.stringify({ loss }));
  folder('model', modelDir);
}
process.exit(0);
