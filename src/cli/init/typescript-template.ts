import { irisTable } from './iris-table.ts';
import type { Template } from './template.ts';

const TRAIN = `// Learns the species of irises by logistic regression.
import { readFileSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { channelPath, hyperparameters, modelPath, onStop, reportMetric } from 'optml';

const { epochs = 20, learning_rate: rate = 0.05 } = hyperparameters() as { epochs?: number; learning_rate?: number };

interface Flower {
  readonly features: readonly number[];
  readonly species: string;
}

const flowers = readFileSync(channelPath('training', 'iris.csv'), 'utf8')
  .trim()
  .split('\\n')
  .slice(1)
  .map((line): Flower => {
    const cells = line.split(',');
    // The last feature is a constant, whose weight is the offset.
    return { features: [...cells.slice(0, -1).map(Number), 1], species: cells.at(-1) ?? '' };
  });
const names = [...new Set(flowers.map(({ species }) => species))].sort();
// Every fifth flower tests the model.
const training = flowers.filter((_, index) => index % 5 !== 4);
const testing = flowers.filter((_, index) => index % 5 === 4);

// A job that is stopped saves what it has learned.
let isStopped = false;
onStop(() => {
  isStopped = true;
});

// The species come one after the other in the file: steps of this size take them in turn, and each flower once.
const STRIDE = 41;

/** For each species, a weight for each feature. */
const weights = names.map(() => [0, 0, 0, 0, 0]);

async function train(): Promise<void> {
  for (let epoch = 1; epoch <= epochs && !isStopped; epoch++) {
    const losses = training.map((_, step) => learn(training[(step * STRIDE) % training.length]!));
    console.log(\`epoch=\${epoch} loss=\${mean(losses).toFixed(6)}\`);
    // The callback of onStop runs between two turns.
    await nextTurn();
  }
  reportMetric('accuracy', mean(testing.map(({ features, species }) => (mostLikely(features) === species ? 1 : 0))));
  writeFileSync(modelPath('model.json'), JSON.stringify({ names, weights }));
}

/** One step of gradient descent. Returns the loss before the step. */
function learn({ features, species }: Flower): number {
  const likely = probabilities(features);
  for (const [index, own] of weights.entries()) {
    const error = (likely[index] ?? 0) - (names[index] === species ? 1 : 0);
    for (const [place, feature] of features.entries()) own[place] = (own[place] ?? 0) - rate * error * feature;
  }
  return -Math.log(likely[names.indexOf(species)] ?? 1);
}

function probabilities(features: readonly number[]): readonly number[] {
  const scores = weights.map((own) => own.reduce((sum, weight, place) => sum + weight * (features[place] ?? 0), 0));
  const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function mostLikely(features: readonly number[]): string | undefined {
  const likely = probabilities(features);
  return names[likely.indexOf(Math.max(...likely))];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

void train();
`;

/** Irises by plain TypeScript, without dependencies. */
export const TYPESCRIPT: Template = {
  about: 'a logistic regression in TypeScript, without dependencies',
  language: 'typescript',
  program: 'src/train.ts',
  files: { 'src/train.ts': TRAIN, 'data/iris.csv': irisTable() },
  dockerfile: `FROM optml
COPY . /opt/ml/code/
ENV SAGEMAKER_PROGRAM=src/train.ts
`,
  image: 'file://.',
  hyperparameters: { epochs: '20', learning_rate: '0.05' },
  metrics: [
    { Name: 'loss', Regex: 'loss=([0-9.]+)' },
    { Name: 'accuracy', Regex: 'optml metric accuracy=([^;]+);' },
  ],
  leastAccuracy: 0.9,
};
