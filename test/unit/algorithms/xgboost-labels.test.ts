import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelProblem, weightProblem } from '../../../src/algorithms/xgboost/label-problem.ts';

/** Objective → labels that XGBoost 3.2 accepts, and labels that it refuses, as it was tried. */
const LABELS = {
  'binary:hinge': [[-2, 0, 0.5, 33], []],
  'binary:logistic': [
    [0, 0.5, 1],
    [-0.5, 1.5, 7],
  ],
  'binary:logitraw': [[0.5], [2]],
  'reg:logistic': [[0.5], [-1]],
  'count:poisson': [[0, 2.5], [-0.5]],
  'reg:tweedie': [[0], [-1]],
  'reg:gamma': [[0.5], [0, -1]],
  'reg:squaredlogerror': [[-0.5], [-1]],
  'rank:map': [
    [0, 1],
    [0.5, 2],
  ],
  'rank:ndcg': [
    [0, 31],
    [0.5, 32, -1],
  ],
  'rank:pairwise': [[3], [1.5]],
  'reg:squarederror': [[-1e38, 1e38], [1e39]],
  'survival:cox': [[-3], [Number.POSITIVE_INFINITY]],
} as const;

for (const [objective, [good, bad]] of Object.entries(LABELS)) {
  test(`labels of ${objective} are judged as XGBoost does`, () => {
    const problem = labelProblem({ objective: objective as keyof typeof LABELS, num_class: undefined });
    for (const label of good) assert.equal(problem(label), undefined, String(label));
    for (const label of bad) assert.match(problem(label) ?? '', /^but must /, String(label));
  });
}

test('classes are whole numbers below num_class', () => {
  const problem = labelProblem({ objective: 'multi:softmax', num_class: 3 });
  assert.equal(problem(2), undefined);
  for (const label of [3, -1, 0.5]) {
    assert.equal(problem(label), 'but must be a whole number from 0 to 2 for num_class=3');
  }
});

test('a weight must not be negative', () => {
  assert.deepEqual(
    [0, 2, -1, 1e39].map((weight) => weightProblem(weight) === undefined),
    [true, true, false, false],
  );
});
