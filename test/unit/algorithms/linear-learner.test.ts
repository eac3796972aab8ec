import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LossName, scalarLoss } from '../../../src/algorithms/linear-learner/losses.ts';
import {
  copyModel,
  type ModelPlan,
  newModels,
  trainOnBatch,
} from '../../../src/algorithms/linear-learner/model-set.ts';
import { learningRateAt } from '../../../src/algorithms/linear-learner/optimizer.ts';
import { modelPlans, type PlanSettings } from '../../../src/algorithms/linear-learner/plans.ts';
import { type LinearModel, scaleRows, scalerOf, unscaledModel } from '../../../src/algorithms/linear-learner/scaler.ts';
import { taskOf } from '../../../src/algorithms/linear-learner/task.ts';
import { areaUnderRoc, bestThreshold, sortScores } from '../../../src/algorithms/linear-learner/threshold.ts';
import { randomFrom } from '../../../src/algorithms/numeric/random.ts';

const PARAMETERS = { margin: 1, quantile: 0.3, insensitivity: 0.1, huberDelta: 0.7 };

const PLAN: ModelPlan = {
  optimizer: 'sgd',
  learningRate: 0.1,
  momentum: 0,
  beta1: 0.9,
  beta2: 0.999,
  wd: 0,
  l1: 0,
  biasLrMult: 1,
  biasWdMult: 0,
  scheduler: undefined,
  classWeights: undefined,
};

const AUTO: PlanSettings = {
  optimizer: 'auto',
  learningRate: 'auto',
  momentum: 'auto',
  beta1: 'auto',
  beta2: 'auto',
  wd: 'auto',
  l1: 'auto',
  biasLrMult: 'auto',
  biasWdMult: 'auto',
  numModels: 'auto',
  useScheduler: true,
  schedulerStep: 'auto',
  schedulerFactor: 'auto',
  schedulerMinimum: 'auto',
};

/** The factor by which a slope differs from the derivative: the squared losses have half of it. */
const SLOPES: Readonly<Record<Exclude<LossName, 'softmax_loss'>, number>> = {
  logistic: 1,
  hinge_loss: 1,
  squared_loss: 2,
  absolute_loss: 1,
  eps_insensitive_squared_loss: 2,
  eps_insensitive_absolute_loss: 1,
  quantile_loss: 1,
  huber_loss: 1,
};

for (const [name, factor] of Object.entries(SLOPES)) {
  test(`the slope of ${name} is its derivative`, () => {
    const { value, slope } = scalarLoss(name as keyof typeof SLOPES, PARAMETERS);
    for (const label of [0, 1]) {
      for (const score of [-2.3, -0.55, 0.03, 0.42, 1.6, 5.2]) {
        const derivative = (value(score + 1e-6, label) - value(score - 1e-6, label)) / 2e-6;
        assert.ok(Math.abs(factor * slope(score, label) - derivative) < 1e-5, `${score}, ${label}`);
      }
    }
  });
}

test('the slopes of softmax_loss are its derivatives, with the weight of the class', () => {
  const { lossAt } = taskOf('multiclass_classifier', 'softmax_loss', 3, PARAMETERS);
  const scores = Float64Array.of(0.5, -1, 2);
  const weights = Float64Array.of(1, 3, 1);
  const slopes = new Float64Array(3);
  lossAt(scores, 0, 1, weights, slopes);
  for (const at of [0, 1, 2]) {
    const moved = (by: number) => scores.map((score, index) => (index === at ? score + by : score));
    const derivative = (lossAt(moved(1e-6), 0, 1, weights) - lossAt(moved(-1e-6), 0, 1, weights)) / 2e-6;
    assert.ok(Math.abs((slopes[at] ?? 0) - derivative) < 1e-5);
  }
});

for (const optimizer of ['sgd', 'adam', 'rmsprop'] as const) {
  test(`${optimizer} finds the weights, and l1 makes the useless one zero`, () => {
    const task = taskOf('regressor', 'squared_loss', 1, PARAMETERS);
    const random = randomFrom(5);
    const rows = new Float64Array(400).map(() => random.normal());
    const labels = Float64Array.from({ length: 200 }, (_, row) => 2 * (rows[2 * row] ?? 0) + 1);
    const plans = [
      { ...PLAN, optimizer, learningRate: 0.02 },
      { ...PLAN, optimizer, learningRate: 0.02, l1: 0.2 },
    ];
    const init = { method: 'uniform', scale: 0.07, sigma: 0.01, bias: 0 } as const;
    const models = newModels(plans, task, 2, true, init, random);
    for (let step = 0; step < 2000; step++) trainOnBatch(models, rows, labels, 200, step);
    const plain = copyModel(models, 0);
    assert.ok(Math.abs((plain.weights[0] ?? 0) - 2) < 0.03, String(plain.weights));
    assert.ok(Math.abs((plain.bias[0] ?? 0) - 1) < 0.03);
    const sparse = copyModel(models, 1);
    assert.ok(Math.abs(sparse.weights[1] ?? 1) < (optimizer === 'rmsprop' ? 0.03 : 1e-9), String(sparse.weights));
    assert.ok((sparse.weights[0] ?? 0) < 1.95);
  });
}

test('models of one set learn what each would learn alone', () => {
  const task = taskOf('multiclass_classifier', 'softmax_loss', 3, PARAMETERS);
  const random = randomFrom(2);
  const rows = new Float64Array(5 * 4).map(() => random.normal());
  const labels = Float64Array.of(0, 1, 2, 1, 0);
  const plans = [PLAN, { ...PLAN, learningRate: 0.5, wd: 0.1 }];
  const init = { method: 'normal', scale: 0, sigma: 0, bias: 0 } as const;
  const together = newModels(plans, task, 4, true, init, random);
  for (let step = 0; step < 10; step++) trainOnBatch(together, rows, labels, 5, step);
  plans.forEach((plan, index) => {
    const alone = newModels([plan], task, 4, true, init, random);
    for (let step = 0; step < 10; step++) trainOnBatch(alone, rows, labels, 5, step);
    const [one, other] = [copyModel(alone, 0), copyModel(together, index)];
    one.weights.forEach((weight, at) => {
      assert.ok(Math.abs(weight - (other.weights[at] ?? 0)) < 1e-12);
    });
  });
});

test('the learning rate falls by steps, and not below the minimum', () => {
  const settings = { ...PLAN, scheduler: { step: 10, factor: 0.5, minimum: 0.02 } };
  assert.deepEqual(
    [0, 9, 10, 20, 1000].map((step) => learningRateAt(step, settings)),
    [0.1, 0.1, 0.05, 0.025, 0.02],
  );
});

test('an unscaled model gives the scores of the scaled one', () => {
  const rows = Float32Array.of(1, 200, 3, 260, 8, 230);
  const features = scalerOf(rows, 3, 2, { unbias: true, normalize: true });
  const label = { mean: Float64Array.of(7), deviation: Float64Array.of(3) };
  const scaled = new Float64Array(6);
  scaleRows(rows, 3, features, scaled);
  assert.ok(Math.abs((scaled[0] ?? 0) + (scaled[2] ?? 0) + (scaled[4] ?? 0)) < 1e-9);
  const model = { outputs: 1, dim: 2, weights: Float64Array.of(0.3, -0.8), bias: Float64Array.of(0.2) };
  const own = unscaledModel(model, features, label);
  for (const row of [0, 1, 2]) {
    const score = (from: ArrayLike<number>, { weights, bias }: LinearModel) =>
      (bias[0] ?? 0) + (weights[0] ?? 0) * (from[2 * row] ?? 0) + (weights[1] ?? 0) * (from[2 * row + 1] ?? 0);
    assert.ok(Math.abs(score(rows, own) - (score(scaled, model) * 3 + 7)) < 1e-9);
  }
});

test('a constant feature stays as it is', () => {
  const { deviation } = scalerOf(Float32Array.of(4, 4, 4), 3, 1, { unbias: true, normalize: true });
  assert.equal(deviation[0], 1);
});

test('auto trains 32 models, the first with the middle values; a given value is near in all models', () => {
  const facts = { dim: 4, steps: 1000, classWeights: [undefined] };
  const plans = modelPlans(AUTO, facts);
  assert.equal(plans.length, 32);
  assert.deepEqual([plans[0]?.optimizer, plans[0]?.learningRate, plans[0]?.wd, plans[0]?.l1], ['adam', 0.1, 1e-4, 0]);
  const given = modelPlans({ ...AUTO, learningRate: 0.4, wd: 0, l1: 0 }, facts);
  assert.deepEqual(
    given.map(({ learningRate }) => learningRate),
    [0.4, 0.2, 0.8, 0.1],
  );
  assert.equal(modelPlans({ ...AUTO, numModels: 3 }, facts).length, 3);
});

test('thresholds follow their criterion', () => {
  const labels = Float64Array.of(0, 0, 1, 0, 1, 1);
  const sorted = sortScores(Float64Array.of(1, 2, 3, 4, 5, 6), labels);
  const settings = { fBeta: 1, targetRecall: 1, targetPrecision: 1 };
  const best = (criterion: 'accuracy' | 'f1' | 'precision_at_target_recall' | 'recall_at_target_precision') =>
    bestThreshold(sorted, { ...settings, criterion });
  assert.equal(best('accuracy').value, 5 / 6);
  assert.deepEqual(
    [best('precision_at_target_recall').threshold, best('precision_at_target_recall').value],
    [2.5, 0.75],
  );
  assert.deepEqual(
    [best('recall_at_target_precision').threshold, best('recall_at_target_precision').value],
    [4.5, 2 / 3],
  );
  assert.equal(best('f1').value, 6 / 7);
});

test('the area under the ROC curve counts ties half', () => {
  const area = (scores: number[], labels: number[]) =>
    areaUnderRoc(sortScores(Float64Array.from(scores), Float64Array.from(labels)));
  assert.equal(area([1, 2, 3, 4], [0, 0, 1, 1]), 1);
  assert.equal(area([1, 2, 2, 3], [0, 1, 0, 1]), 0.875);
  assert.equal(area([1, 1], [0, 1]), 0.5);
});
