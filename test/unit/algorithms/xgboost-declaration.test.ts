// The declaration of XGBoost beside the tables that AWS publishes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Hyperparameter } from '../../../src/algorithm/hyperparameter.ts';
import { checkCombinations, type XGBoostValues } from '../../../src/algorithms/xgboost/combinations.ts';
import { xgboost } from '../../../src/algorithms/xgboost/declaration.ts';
import { isEvaluationMetric } from '../../../src/algorithms/xgboost/metrics.ts';
import { boostSettings } from '../../../src/algorithms/xgboost/settings.ts';

interface Published {
  readonly name: string;
  readonly type: string;
  readonly values?: readonly string[];
  readonly range?: string;
  readonly default?: unknown;
  readonly required?: boolean | string;
  readonly tunable?: readonly [number, number];
}

const FIXTURE = join(import.meta.dirname, '..', '..', 'fixtures', 'algorithms', 'xgboost.json');
const TABLE = JSON.parse(readFileSync(FIXTURE, 'utf8')) as {
  readonly hyperparameters: readonly Published[];
  readonly metrics: Readonly<Record<string, string>>;
};
const DECLARED: Readonly<Record<string, Hyperparameter>> = xgboost.hyperparameters;

const TYPES: Readonly<Record<string, readonly string[]>> = {
  integer: ['integer'],
  float: ['continuous'],
  string: ['categorical', 'list'],
  'comma-separated string': ['list'],
  'nested list of integers': ['list'],
  'tuple of integers': ['text'],
};
// AWS's container takes any number.
const WIDER_TYPES = new Map([['max_delta_step', 'continuous']]);
// XGBoost itself takes neither 0 % of the columns or rows, nor sketch_eps at its ends.
const NARROWER = new Map([
  ['colsample_bylevel', '(0,1]'],
  ['colsample_bytree', '(0,1]'],
  ['subsample', '(0,1]'],
  ['sketch_eps', '(0,1)'],
]);

for (const published of TABLE.hyperparameters) {
  const { name, type, values, range, default: initial, required, tunable } = published;
  test(`hyperparameter ${name} is as AWS documents it`, () => {
    const declared = DECLARED[name];
    assert.ok(declared !== undefined, 'it is declared');
    const types = [TYPES[type] ?? [], WIDER_TYPES.get(name) ?? []].flat();
    assert.ok(types.includes(declared.type), `${declared.type} is not ${type}`);
    if (values !== undefined && 'values' in declared) assert.deepEqual(declared.values, values);
    if (range !== undefined) assert.equal(rangeOf(declared), NARROWER.get(name) ?? range);
    const own = 'default' in declared ? declared.default : undefined;
    assert.deepEqual(Array.isArray(own) ? own.join(',') : own, initial);
    assert.equal(declared.required ?? false, required === true);
    assert.equal(declared.requiredWhen?.['objective'] !== undefined, required === 'objective');
    const ownRange = 'tunable' in declared ? (declared.tunable as { min: number; max: number }) : undefined;
    assert.deepEqual(ownRange && [ownRange.min, ownRange.max], tunable);
  });
}

test('each metric that AWS documents is declared with its direction and expression', () => {
  for (const [name, direction] of Object.entries(TABLE.metrics)) {
    const declared = xgboost.metrics[name];
    assert.equal(declared?.direction, direction.toLowerCase(), name);
    const bare = name.slice('validation:'.length);
    const line = `[12]#011train-${bare}:1#011train-x:2#011validation-${bare}:0.25#011validation-x:3`;
    assert.equal(new RegExp(declared?.regex ?? '').exec(line)?.[1], '0.25');
    assert.equal(new RegExp(xgboost.metrics[`train:${bare}`]?.regex ?? '').exec(line)?.[1], '1');
  }
});

test('a threshold belongs to some metrics only', () => {
  for (const name of ['error@0.7', 'ndcg@5', 'map@10-']) assert.ok(isEvaluationMetric(name), name);
  for (const name of ['rmse@1', 'error@', 'error@..', 'error@1.2.3', 'ndcg@x', ''])
    assert.ok(!isEvaluationMetric(name), name);
});

const DEFAULTS = Object.fromEntries(
  Object.entries(DECLARED).map(([name, declared]) => [name, 'default' in declared ? declared.default : undefined]),
) as unknown as XGBoostValues;

test('hyperparameters that do not fit one another are named', () => {
  assert.deepEqual(checkCombinations(DEFAULTS), []);
  for (const [changes, message] of [
    [{ booster: 'gblinear', updater: ['refresh'] }, /updater must be shotgun or coord_descent/],
    [{ updater: ['shotgun'] }, /needs booster gblinear/],
    [{ updater: ['distcol'] }, /not in this version of XGBoost/],
    [{ updater: ['grow_colmaker', 'grow_histmaker'] }, /only one of grow_colmaker, grow_histmaker/],
    [{ process_type: 'update', updater: ['grow_colmaker'] }, /refresh and prune/],
    [{ eval_metric: ['auc'] }, /auc needs an objective/],
    [{ eval_metric: ['aft-nloglik'] }, /survival:aft/],
    [{ monotone_constraints: '(1, 0)' }, /tree_method exact or hist, not auto/],
    [{ interaction_constraints: [[0, 1]] }, /tree_method exact, hist or approx/],
    [{ tree_method: 'gpu_hist' }, /needs a GPU/],
  ] as const) {
    const problems = checkCombinations({ ...DEFAULTS, ...changes } as XGBoostValues);
    assert.equal(problems.length, 1, JSON.stringify(changes));
    assert.match(problems[0] ?? '', message);
  }
});

test('XGBoost gets what the job has given, and the base score of AWS', () => {
  const values = {
    ...DEFAULTS,
    num_round: 3,
    eta: 0.1,
    objective: 'reg:linear',
    eval_metric: ['rmse', 'mse'],
  } as const;
  const given = new Set(['num_round', 'learning_rate', 'objective', 'eval_metric']);
  const settings = boostSettings(values as unknown as XGBoostValues, given, { hasValidation: false });
  assert.deepEqual(settings.parameters, {
    eta: 0.1,
    objective: 'reg:squarederror',
    base_score: 0.5,
    eval_metric: ['rmse'],
  });
  assert.deepEqual([settings.rounds, settings.customMetrics, settings.earlyStopping], [3, ['mse'], null]);
});

test('early stopping follows the metric of a tuning job, else the last one', () => {
  const stopping = (changes: Partial<XGBoostValues>) =>
    boostSettings({ ...DEFAULTS, early_stopping_rounds: 5, ...changes }, new Set(), { hasValidation: true })
      .earlyStopping;
  assert.deepEqual(stopping({}), { rounds: 5, metric: null, isMaximized: false, isLinear: false });
  assert.equal(stopping({ eval_metric: ['rmse', 'mae'] })?.metric, 'mae');
  assert.deepEqual(stopping({ _tuning_objective_metric: 'validation:auc', booster: 'gblinear' }), {
    rounds: 5,
    metric: 'auc',
    isMaximized: true,
    isLinear: true,
  });
});

function rangeOf(declared: Hyperparameter): string {
  const { min, max, greaterThan, lessThan } = declared as unknown as Readonly<Record<string, number | undefined>>;
  const low = greaterThan === undefined ? `[${min}` : `(${greaterThan}`;
  if (max === undefined && lessThan === undefined) return `${low},∞)`;
  return `${low},${lessThan === undefined ? `${max}]` : `${lessThan})`}`;
}
