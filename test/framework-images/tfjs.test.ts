// The image of TensorFlow.js trains on real data, without network. As built: `npm run build` first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellIn } from '../container/support/engine.ts';
import { packagesImage } from '../container/support/images.ts';
import { readDataSet, runInImage } from './support/image-job.ts';

const TRAIN = `
import { readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { channelPath, modelPath } from 'optml';

await tf.setBackend('wasm');
function read(name: string) {
  const rows = readFileSync(channelPath(name, 'rows.csv'), 'utf8').trim().split('\\n').map((line) => line.split(',').map(Number));
  const labels = tf.tensor1d(rows.map(([label = 0]) => label), 'int32');
  return { x: tf.tensor2d(rows.map(([, ...row]) => row.map((grey) => grey / 16))), y: tf.oneHot(labels, 10) };
}
const [train, testing] = [read('train'), read('test')];
const kernelInitializer = (seed: number) => tf.initializers.glorotUniform({ seed });
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [64], units: 64, activation: 'relu', kernelInitializer: kernelInitializer(1) }),
    tf.layers.dense({ units: 10, activation: 'softmax', kernelInitializer: kernelInitializer(2) }),
  ],
});
model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
await model.fit(train.x, train.y, { epochs: 10, batchSize: 64, verbose: 0, shuffle: false });
const [, accuracy] = model.evaluate(testing.x, testing.y) as tf.Scalar[];
console.log(\`backend=\${tf.getBackend()} accuracy=\${accuracy!.dataSync()[0]!.toFixed(4)}\`);
writeFileSync(modelPath('model.json'), JSON.stringify(model.toJSON()));
`;
const VERSIONS = '{ "@tensorflow/tfjs": "^4.22.0", "@tensorflow/tfjs-backend-wasm": "4.22.0" }';

test('TensorFlow.js reaches 0.93 on digits with its WebAssembly backend, and nothing is installed', async (t) => {
  const data = await readDataSet(t, 'digits');
  // A package.json that the image satisfies.
  const source = { 'train.ts': TRAIN, 'package.json': `{ "type": "module", "dependencies": ${VERSIONS} }` };
  const job = { image: 'tfjs', data, source, score: 'accuracy=([0-9.]+)' } as const;
  const { end, score } = await runInImage(t, job);
  assert.equal(end.code, 0, end.stderr + end.stdout);
  assert.match(end.stdout, /backend=wasm accuracy=/);
  assert.ok(score >= 0.93, `accuracy ${score}`);
});

test('the packages hold no maps, types or bundles for browsers', async (t) => {
  const script =
    'cd /opt/node_modules; find @tensorflow long seedrandom -name "*.map" -o -name "*.ts" -o -name "*.min.js"; du -sm @tensorflow | cut -f1';
  const { code, stdout, stderr } = await shellIn(t, packagesImage('tfjs'), script);
  assert.equal(code, 0, stderr);
  assert.ok(Number(stdout) > 4 && Number(stdout) < 12, stdout);
});
