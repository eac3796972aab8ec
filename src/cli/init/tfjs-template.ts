import { irisTable } from './iris-table.ts';
import type { Template } from './template.ts';

const TFJS_VERSION = '4.22.0';

const TRAIN = `// Learns the species of irises by a small network.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { channelPath, hyperparameters, modelPath, onStop } from 'optml';

const { epochs = 60, learning_rate: rate = 0.05 } = hyperparameters() as { epochs?: number; learning_rate?: number };
await tf.setBackend('wasm');

const rows = readFileSync(join(channelPath('training'), 'iris.csv'), 'utf8')
  .trim()
  .split('\\n')
  .slice(1)
  .map((line) => line.split(','));
const names = [...new Set(rows.map((row) => row[4]!))].sort();
const [training, testing] = [false, true].map((isTest) => tensors(rows.filter((_, index) => (index % 5 === 4) === isTest)));

function tensors(part: string[][]) {
  const features = tf.tensor2d(part.map((row) => row.slice(0, 4).map(Number)));
  const species = tf.oneHot(tf.tensor1d(part.map((row) => names.indexOf(row[4]!)), 'int32'), names.length);
  return { features, species };
}

const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [4], units: 16, activation: 'relu', kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }) }),
    tf.layers.dense({ units: names.length, activation: 'softmax', kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }),
  ],
});
model.compile({ optimizer: tf.train.adam(rate), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });

// A job that is stopped saves what it has learned.
onStop(() => {
  model.stopTraining = true;
});
await model.fit(training!.features, training!.species, {
  epochs,
  verbose: 0,
  callbacks: {
    onEpochEnd: async (epoch, logs) => {
      if ((epoch + 1) % 10 === 0) console.log(\`epoch=\${epoch + 1} loss=\${logs?.loss?.toFixed(6)}\`);
    },
  },
});

const [, accuracy] = model.evaluate(testing!.features, testing!.species) as tf.Scalar[];
console.log(\`accuracy=\${accuracy!.dataSync()[0]!.toFixed(4)}\`);
const weights = model.getWeights().map((weight) => weight.arraySync());
writeFileSync(modelPath('model.json'), JSON.stringify({ names, topology: model.toJSON(null, false), weights }));
`;

/** Irises by TensorFlow.js. */
export const TFJS: Template = {
  about: 'a small network of TensorFlow.js',
  language: 'typescript',
  program: 'src/train.ts',
  files: { 'src/train.ts': TRAIN, 'data/iris.csv': irisTable() },
  dependencies: { '@tensorflow/tfjs': TFJS_VERSION, '@tensorflow/tfjs-backend-wasm': TFJS_VERSION },
  dockerfile: `FROM optml:tfjs
COPY src/ /opt/ml/code/
ENV SAGEMAKER_PROGRAM=train.ts
`,
  image: 'optml:tfjs',
  hyperparameters: { sagemaker_program: 'train.ts', sagemaker_submit_directory: './src', epochs: '60' },
  metrics: [
    { Name: 'loss', Regex: 'loss=([0-9.]+)' },
    { Name: 'accuracy', Regex: 'accuracy=([0-9.]+)' },
  ],
  leastAccuracy: 0.9,
};
