import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkHyperparameters,
  type GivenHyperparameters,
} from '../../../src/algorithm/checks/check-hyperparameters.ts';
import { describeProblem } from '../../../src/algorithm/checks/job-problem.ts';
import type { Hyperparameters } from '../../../src/algorithm/hyperparameter.ts';

const DECLARED: Hyperparameters = {
  rounds: { type: 'integer', min: 1, required: true },
  eta: { type: 'continuous', min: 0, max: 1, default: 0.3, aliases: ['learning_rate'] },
  objective: { type: 'categorical', values: ['reg', 'multi'], default: 'reg' },
  num_class: { type: 'integer', min: 2, requiredWhen: { objective: ['multi'] }, allowedWhen: { objective: ['multi'] } },
  rate_drop: { type: 'continuous', requires: ['skip_drop'] },
  skip_drop: { type: 'continuous' },
  api_key: { type: 'integer' },
};

const check = (given: GivenHyperparameters) => checkHyperparameters({ hyperparameters: DECLARED }, given);
const problems = (given: GivenHyperparameters) => check(given).problems.map(describeProblem);

test('values are typed and have their defaults', () => {
  const { values } = check({ rounds: '10', learning_rate: '0.1', objective: 'multi', num_class: '3' });
  assert.deepEqual({ ...values }, { rounds: 10, eta: 0.1, objective: 'multi', num_class: 3 });
  assert.deepEqual({ ...check({ rounds: '1' }).values }, { rounds: 1, eta: 0.3, objective: 'reg' });
});

test('all mistakes are reported together, with near names', () => {
  assert.deepEqual(problems({ ruonds: '10', eta: '2', objective: 'mutli', unheard: '1' }), [
    'hyperparameter ruonds: is unknown: did you mean rounds?',
    'hyperparameter unheard: is unknown: expected one of rounds, eta, objective, num_class, rate_drop, skip_drop, api_key',
    'hyperparameter rounds: is required: expected an integer of at least 1',
    'hyperparameter eta: expected a number from 0 to 1, got "2"',
    'hyperparameter objective: expected one of reg, multi, got "mutli": did you mean multi?',
  ]);
});

test('a name and its alias cannot both be given', () => {
  assert.deepEqual(problems({ rounds: '1', eta: '0.1', learning_rate: '0.1' }), [
    'hyperparameter learning_rate: is another name of eta: give only one of them',
  ]);
});

test('a mistake in an alias is reported under the name that the job has', () => {
  assert.deepEqual(problems({ rounds: '1', learning_rate: '7' }), [
    'hyperparameter learning_rate: expected a number from 0 to 1, got "7"',
  ]);
});

test('dependencies between hyperparameters are checked', () => {
  assert.deepEqual(problems({ rounds: '1', objective: 'multi' }), [
    'hyperparameter num_class: is required when objective is multi: expected an integer of at least 2',
  ]);
  assert.deepEqual(problems({ rounds: '1', num_class: '3' }), [
    'hyperparameter num_class: is allowed only when objective is multi',
  ]);
  assert.deepEqual(problems({ rounds: '1', rate_drop: '0.1' }), ['hyperparameter rate_drop: also needs skip_drop']);
});

test('hyperparameters of the platform and of the toolkit are skipped', () => {
  assert.deepEqual(
    problems({
      rounds: '1',
      _tuning_objective_metric: 'validation:rmse',
      sagemaker_program: 'train.py',
      sagemaker_anything: '1',
      optml_launch: 'plain',
    }),
    [],
  );
});

test('names of the prototype of objects are names like any other', () => {
  const given = JSON.parse('{"rounds": "1", "__proto__": "1", "constructor": "2", "toString": "3"}');
  assert.deepEqual(
    problems(given).map((text) => text.split(':')[0]),
    ['hyperparameter __proto__', 'hyperparameter constructor', 'hyperparameter toString'],
  );
  assert.deepEqual(
    problems(
      new Map([
        ['rounds', '1'],
        ['hasOwnProperty', '1'],
      ]),
    ).length,
    1,
  );
});

test('the value of a secret is not shown', () => {
  assert.deepEqual(problems({ rounds: '1', api_key: 'hunter2' }), [
    'hyperparameter api_key: expected an integer, got ******',
  ]);
});

test('a check of several values runs only if each of them is right', () => {
  const rules = {
    hyperparameters: DECLARED,
    check: ({ rounds, eta }: { rounds: number; eta: number }) =>
      rounds * eta > 1 ? ['rounds times eta exceeds 1'] : [],
  };
  const messages = (given: GivenHyperparameters) => checkHyperparameters(rules, given).problems.map(describeProblem);
  assert.deepEqual(messages({ rounds: '10', eta: '0.5' }), ['rounds times eta exceeds 1']);
  assert.deepEqual(messages({ rounds: '10', eta: '5' }), [
    'hyperparameter eta: expected a number from 0 to 1, got "5"',
  ]);
});

test('control characters in names and values are shown as escapes', () => {
  const [first] = problems({ rounds: '1', 'a\u001b[2Jb\nc': '1' });
  assert.match(first ?? '', /^hyperparameter a\\x1b\[2Jb\\x0ac: is unknown/);
});
