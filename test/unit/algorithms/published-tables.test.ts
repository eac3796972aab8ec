import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Hyperparameter } from '../../../src/algorithm/index.ts';
import { kmeans } from '../../../src/algorithms/kmeans/declaration.ts';
import { linearLearner } from '../../../src/algorithms/linear-learner/declaration.ts';
import { ROOT } from '../../support/job.ts';

/** AWS's tables of an algorithm. Open ends of ranges, where the page leaves them open, are those of the SageMaker SDK. */
interface PublishedTables {
  readonly hyperparameters: readonly ({ readonly name: string } & Readonly<Record<string, unknown>>)[];
  readonly tunable: { readonly ranges: Readonly<Record<string, unknown>> };
  readonly metrics: readonly { readonly name: string; readonly direction: string; readonly regex: string }[];
}

for (const algorithm of [kmeans, linearLearner]) {
  const name = algorithm.name.replace('k-means', 'kmeans');
  const tables = JSON.parse(
    readFileSync(join(ROOT, 'test', 'fixtures', 'algorithms', `${name}.json`), 'utf8'),
  ) as PublishedTables;
  const declared: Readonly<Record<string, Hyperparameter>> = algorithm.hyperparameters;

  test(`${name} declares each hyperparameter with the type, range and default of AWS's table`, () => {
    for (const { name: parameter, ...published } of tables.hyperparameters) {
      const own = declared[parameter];
      assert.ok(own !== undefined, parameter);
      assert.deepEqual(comparable(own), published, parameter);
    }
  });

  test(`${name} declares no other hyperparameter than AWS's clients send`, () => {
    const names = tables.hyperparameters.map((row) => row.name);
    const others = Object.keys(declared).filter((parameter) => !names.includes(parameter));
    assert.deepEqual(others.sort(), ['_tuning_objective_metric', 'force_dense']);
  });

  test(`${name} recommends AWS's ranges for tuning jobs`, () => {
    const ranges = Object.entries(declared).flatMap(([parameter, own]): readonly (readonly [string, unknown])[] => {
      const tunable = 'tunable' in own ? own.tunable : undefined;
      if (tunable === undefined) return [];
      if (tunable === true) return [[parameter, true]];
      return [[parameter, 'values' in tunable ? tunable.values : [tunable.min, tunable.max]]];
    });
    assert.deepEqual(Object.fromEntries(ranges), tables.tunable.ranges);
  });

  test(`${name} reports AWS's metrics, in lines that AWS's expressions find`, () => {
    for (const { name: metric, direction, regex } of tables.metrics) {
      const own = (
        algorithm.metrics as Readonly<Record<string, (typeof algorithm.metrics)[keyof typeof algorithm.metrics]>>
      )[metric];
      assert.ok(own !== undefined, metric);
      assert.deepEqual({ direction: own.direction, regex: own.regex }, { direction, regex }, metric);
    }
  });
}

/** The parts of a declaration that AWS's table has. */
function comparable(own: Hyperparameter) {
  const { description: _, ...rest } = own;
  const { tunable: _t, of, unique: _u, ...members } = { tunable: undefined, of: undefined, unique: undefined, ...rest };
  return { ...members, ...(of === undefined ? {} : { values: (of as { values?: unknown }).values }) };
}
