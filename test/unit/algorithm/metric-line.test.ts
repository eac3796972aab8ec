import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricDeclarations } from '../../../src/algorithm/metric.ts';
import { metricLine, metricRegex } from '../../../src/algorithm/metric-line.ts';
import { isOptmlError } from '../../../src/errors/error.ts';
import { translatePattern } from '../../../src/jobs/metrics/python-regex.ts';

const METRICS: MetricDeclarations = {
  'validation:loss': { direction: 'minimize' },
  msd: { direction: 'minimize', line: '#quality_metric: host={host}, epoch={epoch}, train msd <loss>={value}' },
};

test('a metric is one line of name and value', () => {
  assert.equal(metricLine(METRICS, 'validation:loss', { value: 0.5 }), 'validation:loss=0.5;');
});

test('the line of a declaration has the details of the report', () => {
  assert.equal(
    metricLine(METRICS, 'msd', { value: 2, host: 'algo-1', epoch: 3 }),
    '#quality_metric: host=algo-1, epoch=3, train msd <loss>=2',
  );
});

test('the expression that is made from a line finds its value alone', () => {
  for (const value of [0, -1.5, 1e-7, 6.02e23, 123456789]) {
    for (const [name, metric] of Object.entries(METRICS)) {
      const { regex } = translatePattern(metricRegex(name, metric));
      const line = metricLine(METRICS, name, { value, host: 'algo-1', epoch: 3 });
      assert.equal(Number(regex.exec(line)?.[1]), value, line);
    }
  }
  const loss = { direction: 'minimize' } as const;
  assert.equal(translatePattern(metricRegex('loss', loss)).regex.exec('losses=3;'), null);
});

test('values that are no numbers are written as Python writes them', () => {
  const lines = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) =>
    metricLine(METRICS, 'validation:loss', { value }),
  );
  assert.deepEqual(lines, ['validation:loss=nan;', 'validation:loss=inf;', 'validation:loss=-inf;']);
});

test('a metric that is not declared is a defect of the algorithm', () => {
  for (const name of ['loss', '__proto__', 'toString']) {
    assert.throws(
      () => metricLine(METRICS, name, { value: 1 }),
      (error) => isOptmlError(error) && error.code === 'ALGORITHM_INVALID' && error.message.includes(`"${name}"`),
    );
  }
});
