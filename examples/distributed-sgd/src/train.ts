// Logistic regression by gradient descent over all ranks: each has a share of the samples, and the mean of their gradients
// is that of all samples. So any number of ranks learns the same model, and more of them learn it sooner.
import { writeFileSync } from 'node:fs';
import { hyperparameters, modelPath, onStop } from 'optml';
import { joinRanks } from './ranks.ts';

const given = hyperparameters();
const number = (name: string, fallback: number) => Number(given[name] ?? fallback);
const steps = number('steps', 60);
const samples = number('samples', 40_000);
const features = number('features', 100);
const learningRate = number('learning_rate', 0.5);

const ranks = await joinRanks(process.env);
let mustStop = false;
onStop(() => {
  mustStop = true;
});

if (samples % ranks.worldSize !== 0) throw new Error(`${samples} samples cannot be shared by ${ranks.worldSize} ranks`);
const share = samples / ranks.worldSize;
const inputs = new Float64Array(share * features);
const labels = new Float64Array(share);
makeSamples(ranks.rank * share);

const weights = new Float64Array(features);
// The gradient, then the loss, then whether anybody was told to stop: all that the ranks have to agree about.
const shared = new Float64Array(features + 2);
let step = 0;
const start = performance.now();
for (; step < steps && !mustStop; step++) {
  addUpGradient();
  shared[features + 1] = mustStop ? 1 : 0;
  await ranks.average(shared);
  for (let i = 0; i < features; i++) weights[i] = (weights[i] ?? 0) - learningRate * (shared[i] ?? 0);
  mustStop = (shared[features + 1] ?? 0) > 0;
  if (ranks.rank === 0 && step % 10 === 0) console.log(`step=${step}; loss=${(shared[features] ?? 0).toFixed(6)};`);
}
const seconds = (performance.now() - start) / 1000;
ranks.close();

if (ranks.rank === 0) {
  writeFileSync(modelPath('weights.json'), JSON.stringify([...weights]));
  console.log(
    `ranks=${ranks.worldSize}; steps=${step}; final_loss=${(shared[features] ?? 0).toFixed(6)}; seconds=${seconds.toFixed(2)};`,
  );
}

/** The mean gradient and loss over this rank's share, into `shared`. */
function addUpGradient(): void {
  shared.fill(0);
  let loss = 0;
  for (let sample = 0; sample < share; sample++) {
    const row = sample * features;
    let score = 0;
    for (let i = 0; i < features; i++) score += (inputs[row + i] ?? 0) * (weights[i] ?? 0);
    const probability = 1 / (1 + Math.exp(-score));
    const label = labels[sample] ?? 0;
    const error = probability - label;
    for (let i = 0; i < features; i++) shared[i] = (shared[i] ?? 0) + error * (inputs[row + i] ?? 0);
    loss -= Math.log(Math.max(label === 1 ? probability : 1 - probability, 1e-12));
  }
  for (let i = 0; i < features; i++) shared[i] = (shared[i] ?? 0) / share;
  shared[features] = loss / share;
}

/** Samples from `first` on, the same on every rank. */
function makeSamples(first: number): void {
  for (let sample = 0; sample < share; sample++) {
    let score = 0;
    for (let i = 0; i < features; i++) {
      const value = noise((first + sample) * features + i) * 2 - 1;
      inputs[sample * features + i] = value;
      // The truth to learn: every third feature is in favour, the next against.
      score += value * ((i % 3) - 1);
    }
    labels[sample] = score > 0 ? 1 : 0;
  }
}

/** A number from 0 to 1 that looks like chance and depends on `index` alone. */
function noise(index: number): number {
  let x = Math.imul(index ^ 0x9e3779b9, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}
