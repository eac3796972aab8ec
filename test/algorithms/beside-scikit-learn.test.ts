// Needs a fresh `npm run build`. `npm run bench:algorithms` prints the same with time and memory.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { CASES, mean, runCase, standardError } from '../support/algorithms/compare.mjs';
import { pythonPackages } from '../support/frameworks/python-packages.ts';

const isLong = process.env['OPTML_TEST_LONG'] === '1';
// The gate has 30 seconds for both: small data, few seeds.
const GATE_CASES = ['kmeans/breast-cancer', 'linear-learner/breast-cancer', 'linear-learner/diabetes'];

for (const name of isLong ? Object.keys(CASES) : GATE_CASES) {
  test(`${name}: the mean score is at most one standard error worse than that of scikit-learn`, (t) => {
    const bin = pythonPackages(t, 'boosting');
    if (bin === undefined) return;
    const { metric, reference: referenceName } = CASES[name] as (typeof CASES)[keyof typeof CASES];
    const results = runCase(name, isLong ? 10 : 3, join(bin, 'python'));
    const [own, reference] = [results['optml'], results[referenceName]];
    assert.ok(own !== undefined && reference !== undefined);
    const worse = (mean(own.scores) - mean(reference.scores)) * (metric.includes('<loss>') ? 1 : -1);
    const allowed = standardError(reference.scores);
    assert.ok(worse <= allowed, `worse by ${worse}, standard error ${allowed}`);
  });
}
