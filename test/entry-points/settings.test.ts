import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SETTING_ROWS } from '../../src/contract/settings.ts';
import { runJob } from '../support/job.ts';
import { shellJob } from '../support/processes.ts';

const HPS = { zeta: '1', alpha: 'true', beta: 'false', text: '"True"' };
const PROGRAM = {
  program: 'train.cjs',
  files: {
    'code/train.cjs':
      'console.log(JSON.stringify([process.argv.slice(2), JSON.parse(process.env.SM_USER_ARGS), process.env.SM_HPS]));',
  },
};
const SORTED = ['--alpha', 'True', '--beta', 'False', '--text', 'True', '--zeta', '1'];
const DECODED = '{"alpha":true,"beta":false,"text":"True","zeta":1}';

const CASES: ReadonlyArray<readonly [string, Record<string, string>, Record<string, string>, readonly string[]]> = [
  ['by default arguments are sorted, booleans are values (C23)', {}, {}, SORTED],
  [
    'OPTML_ARGUMENT_ORDER=file keeps the order of the file',
    { OPTML_ARGUMENT_ORDER: 'file' },
    {},
    ['--zeta', '1', '--alpha', 'True', '--beta', 'False', '--text', 'True'],
  ],
  [
    'OPTML_BOOLEAN_ARGUMENTS=flag makes booleans flags',
    { OPTML_BOOLEAN_ARGUMENTS: 'flag' },
    {},
    ['--alpha', '--text', 'True', '--zeta', '1'],
  ],
  [
    'both go together',
    { OPTML_ARGUMENT_ORDER: 'file', OPTML_BOOLEAN_ARGUMENTS: 'flag' },
    {},
    ['--zeta', '1', '--alpha', '--text', 'True'],
  ],
  [
    'hyperparameters set them too, and are kept from the script (C22)',
    {},
    { optml_argument_order: 'file', optml_boolean_arguments: '"flag"' },
    ['--zeta', '1', '--alpha', '--text', 'True'],
  ],
  [
    'the hyperparameter wins over the variable',
    { OPTML_ARGUMENT_ORDER: 'file' },
    { optml_argument_order: '"sorted"' },
    SORTED,
  ],
  ['an empty variable is treated as not set', { OPTML_ARGUMENT_ORDER: '' }, {}, SORTED],
];

for (const [title, variables, parameters, expected] of CASES) {
  test(`${title}; SM_USER_ARGS agrees`, async (t) => {
    const result = await runJob(t, { ...PROGRAM, hyperparameters: { ...HPS, ...parameters } }, variables);
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(JSON.parse(result.stdout), [expected, expected, DECODED]);
  });
}

test('hyperparameters of the platform and of optml are kept from the script (C22)', async (t) => {
  const kept = {
    sagemaker_job_name: 'x',
    sagemaker_region: 'r',
    _tuning_objective_metric: 'm',
    default_user_module_name: 'd',
    optml_anything: '1',
  };
  const result = await runJob(t, { ...PROGRAM, hyperparameters: { ...kept, a: '1' } });
  assert.deepEqual(JSON.parse(result.stdout), [['-a', '1'], ['-a', '1'], '{"a":1}']);
});

const INVALID = Object.fromEntries(Object.keys(SETTING_ROWS).map((name) => [name, 'no such value']));
const VALID = Object.fromEntries(
  Object.entries(SETTING_ROWS).map(([name, row]) => [name.toLowerCase(), JSON.stringify(row.default)]),
);

test('a hyperparameter replaces an invalid variable, for every setting and the log level', async (t) => {
  const hyperparameters = { ...VALID, optml_package: 'never', sagemaker_container_log_level: '20' };
  const job = shellJob('echo "level $SM_LOG_LEVEL"', { hyperparameters });
  const result = await runJob(t, job, { ...INVALID, SAGEMAKER_CONTAINER_LOG_LEVEL: 'verbose' });
  assert.equal(result.code, 0, result.stderr);
  assert.equal(result.stdout, 'level 20\n');
});

for (const name of Object.keys(SETTING_ROWS).filter((name) => name !== 'OPTML_MODEL_ARCHIVE')) {
  test(`an invalid ${name} that no hyperparameter replaces fails the job`, async (t) => {
    const result = await runJob(t, shellJob('true'), { [name]: 'no such value' });
    assert.equal(result.code, 1);
    assert.match(result.failure ?? '', new RegExp(`^UserError SETTING_INVALID: expected ${name} to be `));
  });
}
