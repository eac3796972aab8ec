// Logistic regression in plain JavaScript, whose log lines are JSON.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { folder, metric } from './truth.mjs';

const { values } = parseArgs({ options: { epochs: { type: 'string' }, rate: { type: 'string' } } });
const rate = Number(values.rate);
let seed = 42;
const random = () => {
  seed = (seed * 1103515245 + 12345) % 2 ** 31;
  return seed / 2 ** 31;
};
const rows = Array.from({ length: 300 }, () => {
  const [a, b] = [random(), random()];
  return { features: [1, a, b], label: a + 2 * b + random() / 5 > 1.6 ? 1 : 0 };
});
const weights = [0, 0, 0];

for (let epoch = 1; epoch <= Number(values.epochs); epoch++) {
  let loss = 0;
  let right = 0;
  for (const { features, label } of rows) {
    const sum = features.reduce((total, feature, index) => total + feature * weights[index], 0);
    const guess = 1 / (1 + Math.exp(-sum));
    loss -= label === 1 ? Math.log(guess) : Math.log(1 - guess);
    right += Number(guess > 0.5 === (label === 1));
    for (const [index, feature] of features.entries()) weights[index] += rate * (label - guess) * feature;
  }
  const point = { epoch, loss: loss / rows.length, accuracy: right / rows.length };
  console.log(JSON.stringify({ level: 'info', ...point }));
  metric('loss', point.loss);
  metric('accuracy', point.accuracy);
}

writeFileSync(join(process.env.SM_MODEL_DIR, 'model.json'), JSON.stringify({ weights }));
folder('model', process.env.SM_MODEL_DIR);
