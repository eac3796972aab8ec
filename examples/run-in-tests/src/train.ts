import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { channelPath, hyperparameters, modelPath, onStop } from 'optml';

// Learns the mean of the numbers in the channel "training", step by step.
const { epochs = 10, rate = 0.5 } = hyperparameters() as { epochs?: number; rate?: number };
const numbers = readFileSync(join(channelPath('training'), 'numbers.txt'), 'utf8')
  .trim()
  .split('\n')
  .map(Number);
if (numbers.some(Number.isNaN)) throw new Error('numbers.txt holds a line that is no number');

let isStopped = false;
onStop(() => {
  isStopped = true;
});

let mean = 0;
for (let epoch = 1; epoch <= epochs && !isStopped; epoch++) {
  const error = numbers.reduce((sum, number) => sum + (number - mean), 0) / numbers.length;
  mean += rate * error;
  console.log(`epoch=${epoch} error=${Math.abs(error).toFixed(6)}`);
  // A signal is seen between two steps of the event loop.
  await new Promise((resolve) => setTimeout(resolve, 10));
}
writeFileSync(modelPath('model.json'), JSON.stringify({ mean }));
