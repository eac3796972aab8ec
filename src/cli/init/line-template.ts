import type { Template } from './template.ts';

const TRAIN = `import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { channelPath, hyperparameters, modelPath, onStop } from 'optml';

// Fits a line through the points of the channel "training", by gradient descent.
const { epochs = 20, learning_rate: rate = 0.05 } = hyperparameters() as { epochs?: number; learning_rate?: number };
const points = readFileSync(join(channelPath('training'), 'points.csv'), 'utf8')
  .trim()
  .split('\\n')
  .slice(1)
  .map((line) => line.split(',').map(Number) as [number, number]);

// A job that is stopped saves what it has learned.
let isStopped = false;
onStop(() => {
  isStopped = true;
});

async function fit() {
  let [slope, offset] = [0, 0];
  for (let epoch = 1; epoch <= epochs && !isStopped; epoch++) {
    const errors = points.map(([x, y]) => slope * x + offset - y);
    slope -= rate * mean(errors.map((error, index) => 2 * error * points[index]![0]));
    offset -= rate * mean(errors.map((error) => 2 * error));
    console.log(\`epoch=\${epoch} loss=\${mean(errors.map((error) => error ** 2)).toFixed(6)}\`);
    // A stop is heard between two turns.
    await nextTurn();
  }
  writeFileSync(modelPath('model.json'), JSON.stringify({ slope, offset }));
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

fit();
`;

const POINTS = `x,y
${[0, 0.5, 1, 1.5, 2, 2.5, 3].map((x) => `${x},${2 * x + 1}`).join('\n')}
`;

const DOCKERFILE = `# The base image is built from optml's own repository: docker build -t optml .
FROM optml
COPY src/ /opt/ml/code/
ENV SAGEMAKER_PROGRAM=train.ts
`;

/** A line through points: TypeScript without dependencies. */
export const LINE: Template = {
  files: { 'src/train.ts': TRAIN, 'data/points.csv': POINTS, Dockerfile: DOCKERFILE },
  image: 'file://.',
  hyperparameters: { epochs: '20', learning_rate: '0.05' },
  metrics: [{ Name: 'loss', Regex: 'loss=([0-9.]+)' }],
};
