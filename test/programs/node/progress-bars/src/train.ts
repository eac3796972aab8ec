// Prints as TensorFlow.js on a server does: a progress bar on standard error without line ends, a summary for each epoch.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hyperparameters } from 'optml';
import { folder, metric } from './truth.mjs';

const { epochs, batches } = hyperparameters() as { epochs: number; batches: number };
const modelDir = process.env['SM_MODEL_DIR'] ?? '';

function step(weight: number, batch: number): { readonly weight: number; readonly loss: number } {
  const x = ((batch * 7) % 10) / 10;
  const error = weight * x - 3 * x;
  return { weight: weight - 0.1 * 2 * error * x, loss: error ** 2 };
}

let weight = 0;
for (let epoch = 1; epoch <= epochs; epoch++) {
  process.stdout.write(`Epoch ${epoch} / ${epochs}\n`);
  let loss = 0;
  for (let batch = 1; batch <= batches; batch++) {
    const result = step(weight, batch);
    weight = result.weight;
    loss += result.loss / batches;
    const done = '='
      .repeat(batch)
      .concat('>')
      .padEnd(batches + 1, '-');
    process.stderr.write(`\reta=${((batches - batch) / 10).toFixed(1)} ${done} loss=${result.loss.toFixed(3)} `);
  }
  const accuracy = (1 - Math.abs(weight - 3) / 3).toFixed(4);
  const [shown, validation] = [loss.toFixed(4), (loss * 1.1).toFixed(4)];
  process.stdout.write(`12ms 610us/step - acc=${accuracy} - loss=${shown} val_loss=${validation}\n`);
  metric('loss', shown);
  metric('acc', accuracy);
  metric('val_loss', validation);
}

mkdirSync(join(modelDir, 'tfjs'));
writeFileSync(join(modelDir, 'tfjs', 'model.json'), JSON.stringify({ format: 'layers-model', weightsManifest: [] }));
writeFileSync(join(modelDir, 'tfjs', 'weights.bin'), Buffer.from(Float32Array.of(weight).buffer));
folder('model', modelDir);
