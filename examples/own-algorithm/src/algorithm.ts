// Ridge regression, declared once: hyperparameters, channels and metrics, and the function that trains.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClientError, defineAlgorithm } from 'optml/algorithm';

export const ridge = defineAlgorithm({
  name: 'ridge',
  description: 'Linear regression with an L2 penalty, by gradient descent.',
  hyperparameters: {
    epochs: { type: 'integer', min: 1, max: 100_000, required: true, description: 'Passes over the data.' },
    learning_rate: {
      type: 'continuous',
      greaterThan: 0,
      max: 1,
      default: 0.1,
      aliases: ['eta'],
      tunable: { min: 0.001, max: 0.5, scale: 'logarithmic' },
      description: 'Size of a step.',
    },
    l2: { type: 'continuous', min: 0, default: 0, tunable: { min: 0, max: 1 }, description: 'The penalty.' },
  },
  channels: {
    train: { required: true, contentTypes: ['text/csv'], description: 'Rows of numbers, the label first.' },
  },
  metrics: { 'train:mse': { direction: 'minimize', description: 'Mean squared error of an epoch.' } },
  train: ({ hyperparameters, channels, modelDir, reportMetric, signal }) => {
    const { epochs, learning_rate: rate, l2 } = hyperparameters;
    const rows = readRows(channels.train.dir);
    const weights = new Array<number>(rows[0]?.length ?? 1).fill(0);
    for (let epoch = 1; epoch <= epochs && !signal.aborted; epoch++) {
      const { mse, gradient } = errorOf(rows, weights);
      gradient.forEach((slope, i) => {
        weights[i] = (weights[i] ?? 0) - rate * (slope + (i === 0 ? 0 : l2 * (weights[i] ?? 0)));
      });
      if (epoch % Math.ceil(epochs / 10) === 0) reportMetric('train:mse', mse);
    }
    const [bias, ...coefficients] = weights;
    writeFileSync(join(modelDir, 'model.json'), JSON.stringify({ bias, coefficients }));
  },
});

/** `SAGEMAKER_TRAINING_MODULE` names this function. */
export const train = ridge.main;

function readRows(dir: string): number[][] {
  const rows = readdirSync(dir).flatMap((name) => {
    const lines = readFileSync(join(dir, name), 'utf8').trim().split('\n');
    return lines.map((line, index) =>
      line.split(',').map((cell, column) => {
        const value = Number(cell);
        if (cell.trim() !== '' && Number.isFinite(value)) return value;
        throw new ClientError(`expected a number, got "${cell}"`, {
          where: `channel train, ${name}, line ${index + 1}, column ${column + 1}`,
          fix: 'Remove the header, and replace texts by numbers.',
        });
      }),
    );
  });
  if (rows.length === 0) throw new ClientError('channel train has no rows');
  return rows;
}

function errorOf(rows: readonly number[][], weights: readonly number[]) {
  const gradient = weights.map(() => 0);
  let mse = 0;
  for (const [label = 0, ...features] of rows) {
    const inputs = [1, ...features];
    const error = inputs.reduce((sum, input, i) => sum + input * (weights[i] ?? 0), -label);
    mse += error ** 2 / rows.length;
    inputs.forEach((input, i) => {
      gradient[i] = (gradient[i] ?? 0) + (2 * error * input) / rows.length;
    });
  }
  return { mse, gradient };
}
