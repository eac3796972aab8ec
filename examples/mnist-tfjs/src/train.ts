// Trains a classifier of handwritten digits in a SageMaker training job, or by hand: npx tsx train.ts --epochs 2
import { writeFile } from 'node:fs/promises';
import { setImmediate as otherEvents } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { channelPath, checkpointPath, hyperparameters, modelPath, onStop, outputDataPath } from 'optml';
import { z } from 'zod';
import { type Batch, epochBatches, wholeSet } from './batches.ts';
import { type EpochMetrics, loadCheckpoint, type Progress, saveCheckpoint } from './checkpoints.ts';
import { readDigits } from './digits.ts';
import { modelFiles } from './model-files.ts';
import { ProgressLine } from './progress-line.ts';

const settings = hyperparameters(
  z.strictObject({
    epochs: z.int().min(1).max(1000).default(10),
    batch_size: z.int().min(1).max(1000).default(50),
    learning_rate: z.number().positive().max(1).default(0.002),
    hidden_units: z.int().min(1).max(4096).default(256),
    // Every training image is moved by up to so many pixels, again in each epoch.
    max_shift: z.int().min(0).max(8).default(1),
    seed: z.int().default(1),
    // The job fails when the model is worse than this.
    min_accuracy: z.number().min(0).max(1).default(0),
  }),
);

let isStopped = false;
onStop((remainingSeconds) => {
  console.log(`\nStopping: ${Math.floor(remainingSeconds)} s left to save the work`);
  isStopped = true;
});
// Ctrl-C means the same as the platform's stop.
process.once('SIGINT', () => process.kill(process.pid, 'SIGTERM'));

tf.enableProdMode();
await tf.setBackend('wasm');
// Its runtime catches every error, only to throw it again behind a page of its own source.
for (const event of ['uncaughtException', 'unhandledRejection']) process.removeAllListeners(event);

const startedAtMs = performance.now();
const training = readDigits(channelPath('training'));
const testing = readDigits(channelPath('testing'));
console.log(`${training.labels.length} digits to learn, ${testing.labels.length} to test`);

const { epochs, min_accuracy: minAccuracy, ...identity } = settings;
const restored = await loadCheckpoint(checkpointPath(), identity);
const model = restored?.model ?? newModel();
const progress: Progress = restored?.progress ?? { epoch: 1, batch: 0, lossSum: 0, history: [] };
if (restored !== undefined) console.log(`Resumed from epoch ${progress.epoch}, batch ${progress.batch}`);

const line = new ProgressLine();
while (progress.epoch <= epochs && !isStopped) {
  const batches = epochBatches(training, { ...settings, epoch: progress.epoch });
  const total = Math.ceil(training.labels.length / settings.batch_size);
  for (const batch of batches) {
    if (batch.index < progress.batch) continue;
    progress.lossSum += (await trainOn(batch)) * batch.labels.length;
    progress.batch += 1;
    line.show((progress.epoch - 1 + progress.batch / total) / epochs, `epoch ${progress.epoch} of ${epochs}`);
    await otherEvents(); // Lets a stop be noticed.
    if (isStopped) break;
  }
  if (progress.batch < total) break;
  endEpoch();
  await saveCheckpoint(checkpointPath(), { model, progress, identity });
}

await model.save(modelFiles(modelPath()));
const last = progress.history.at(-1);
const metrics = { ...last, seconds: secondsSinceStart(), hyperparameters: settings, history: progress.history };
await writeFile(outputDataPath('metrics.json'), `${JSON.stringify(metrics, null, 2)}\n`);
if (isStopped) {
  await saveCheckpoint(checkpointPath(), { model, progress, identity });
  console.log(`Stopped in epoch ${progress.epoch}, batch ${progress.batch}: checkpoint and model are saved`);
} else {
  console.log(`final_test_accuracy=${last?.test_accuracy}; seconds=${secondsSinceStart()};`);
  checkGoal(last?.test_accuracy ?? 0);
}

function newModel(): tf.LayersModel {
  const { hidden_units, seed, learning_rate } = settings;
  const kernelInitializer = (layer: number) => tf.initializers.glorotNormal({ seed: seed * 2 + layer });
  const built = tf.sequential({
    layers: [
      tf.layers.dense({
        inputShape: [training.pixels],
        units: hidden_units,
        activation: 'relu',
        kernelInitializer: kernelInitializer(0),
      }),
      tf.layers.dense({ units: 10, activation: 'softmax', kernelInitializer: kernelInitializer(1) }),
    ],
  });
  built.compile({
    optimizer: tf.train.adam(learning_rate),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return built;
}

async function trainOn(batch: Batch): Promise<number> {
  const [x, y] = tensors(batch);
  const [loss = Number.NaN] = (await model.trainOnBatch(x, y)) as number[];
  tf.dispose([x, y]);
  if (!Number.isFinite(loss)) throw new Error(`The loss is ${loss}: choose a smaller learning_rate`);
  return loss;
}

function endEpoch(): void {
  const metrics: EpochMetrics = {
    epoch: progress.epoch,
    train_loss: round(progress.lossSum / training.labels.length),
    test_accuracy: round(testAccuracy()),
  };
  line.clear();
  console.log(
    Object.entries(metrics)
      .map(([name, value]) => `${name}=${value};`)
      .join(' '),
  );
  progress.history.push(metrics);
  Object.assign(progress, { epoch: progress.epoch + 1, batch: 0, lossSum: 0 });
}

function testAccuracy(): number {
  return tf.tidy(() => {
    const [x, y] = tensors(wholeSet(testing));
    const [, accuracy] = model.evaluate(x, y, { batchSize: 500 }) as tf.Scalar[];
    return accuracy?.dataSync()[0] ?? 0;
  });
}

function tensors({ images, labels }: Pick<Batch, 'images' | 'labels'>): [tf.Tensor2D, tf.Tensor1D] {
  return [tf.tensor2d(images, [labels.length, images.length / labels.length]), tf.tensor1d(labels)];
}

function checkGoal(accuracy: number): void {
  if (accuracy >= minAccuracy) return;
  throw new Error(
    `The test accuracy ${accuracy} is below min_accuracy ${minAccuracy}: raise epochs (${epochs}) or hidden_units (${settings.hidden_units}), or lower the goal`,
  );
}

function secondsSinceStart(): number {
  return Math.round((performance.now() - startedAtMs) / 100) / 10;
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
