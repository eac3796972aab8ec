import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { channelPath, hyperparameters, modelPath } from 'optml';

// Fits y = slope * x + offset by gradient descent.
const { epochs, rate } = hyperparameters() as { epochs: number; rate: number };
const dir = channelPath('train');
const points = readdirSync(dir)
  .flatMap((name) => readFileSync(join(dir, name), 'utf8').trim().split('\n'))
  .map((line) => line.split(',').map(Number));

let [slope, offset, loss] = [0, 0, 0];
for (let epoch = 1; epoch <= epochs; epoch++) {
  let [bySlope, byOffset] = [0, 0];
  loss = 0;
  for (const [x = 0, y = 0] of points) {
    const error = slope * x + offset - y;
    loss += error ** 2 / points.length;
    bySlope += (2 * error * x) / points.length;
    byOffset += (2 * error) / points.length;
  }
  slope -= rate * bySlope;
  offset -= rate * byOffset;
  if (epoch % 100 === 0) console.log(`epoch=${epoch} loss=${loss.toFixed(6)};`);
}
writeFileSync(modelPath('line.json'), JSON.stringify({ slope, offset }));
