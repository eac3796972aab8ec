// Fails the build unless the packages are of the given version, and train.
const assert = require('node:assert/strict');
const tf = require('@tensorflow/tfjs');
const { version_wasm: wasm } = require('@tensorflow/tfjs-backend-wasm');

const [, , version] = process.argv;
assert.deepEqual([tf.version.tfjs, wasm], [version, version], 'docker/tfjs/package.json has another version');
tf.setBackend('wasm').then(async (isSet) => {
  assert.ok(isSet);
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const xs = tf.tensor2d([[1], [2]]);
  await model.fit(xs, xs.mul(2), { epochs: 1, verbose: 0 });
  assert.equal(tf.getBackend(), 'wasm');
});
