// Learns handwritten digits with TensorFlow.js.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { channelPath, hyperparameters, modelPath } from 'optml';

const { epochs = 20, learning_rate: rate = 0.005 } = hyperparameters() as { epochs?: number; learning_rate?: number };
await tf.setBackend('wasm');

// A row: the 64 pixels of a digit, then the digit. Every fifth row tests the model.
const table = gunzipSync(readFileSync(join(channelPath('training'), 'digits.csv.gz'))).toString();
const rows = table
  .trim()
  .split('\n')
  .map((line) => line.split(',').map(Number));
const isTest = (_: number[], index: number) => index % 5 === 4;
const training = tensors(rows.filter((row, index) => !isTest(row, index)));
const testing = tensors(rows.filter(isTest));

function tensors(part: number[][]) {
  const pixels = tf.tensor2d(part.map((row) => row.slice(0, 64).map((pixel) => pixel / 16)));
  const digits = tf.tensor1d(
    part.map((row) => row[64] as number),
    'float32',
  );
  return { pixels, digits };
}

const initializer = (seed: number) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [64], units: 64, activation: 'relu', ...initializer(1) }),
    tf.layers.dense({ units: 10, activation: 'softmax', ...initializer(2) }),
  ],
});
model.compile({ optimizer: tf.train.adam(rate), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
await model.fit(training.pixels, training.digits, {
  epochs,
  batchSize: 64,
  verbose: 0,
  callbacks: {
    onEpochEnd: async (epoch, logs) => {
      if ((epoch + 1) % 10 === 0) console.log(`epoch=${epoch + 1} loss=${logs?.['loss']?.toFixed(4)}`);
    },
  },
});

const [, accuracy] = model.evaluate(testing.pixels, testing.digits) as tf.Scalar[];
console.log(`TensorFlow.js ${tf.version.tfjs}: accuracy=${accuracy?.dataSync()[0]?.toFixed(4)}`);
const weights = model.getWeights().map((weight) => weight.arraySync());
writeFileSync(modelPath('model.json'), JSON.stringify({ topology: model.toJSON(null, false), weights }));
