import assert from 'node:assert/strict';
import { test } from 'node:test';
import { earlyLogLevel, readLogLevel } from '../../../src/environment/log-level.ts';
import type { JsonValue } from '../../../src/json/value.ts';

const variable = (text: string) => readLogLevel({ SAGEMAKER_CONTAINER_LOG_LEVEL: text }, undefined);

test('without any word the level is INFO', () => {
  assert.equal(readLogLevel({}, undefined), 20n);
  assert.equal(variable(''), 20n);
  assert.equal(variable(' '), 20n);
  assert.equal(readLogLevel({}, null), 20n);
});

test('a level is a number or a name of Python, in any case', () => {
  assert.deepEqual(
    ['10', '0', ' 30 ', '40.0', 'debug', 'Warning', 'WARN', 'CRITICAL', 'fatal', 'notset'].map(variable),
    [10n, 0n, 30n, 40n, 10n, 30n, 30n, 50n, 50n, 0n],
  );
});

test('the hyperparameter wins over the variable, as number or text', () => {
  const both = (parameter: JsonValue) => readLogLevel({ SAGEMAKER_CONTAINER_LOG_LEVEL: '40' }, parameter);
  assert.deepEqual(([10n, 10, '10', 'DEBUG', null] satisfies JsonValue[]).map(both), [10n, 10n, 10n, 10n, 40n]);
});

test('every integer of Python is a level, also a boolean (section 4)', () => {
  for (const level of [true, false, -5n, 12345678901234567890n]) assert.equal(readLogLevel({}, level), level);
});

test('anything else is an error that names its source and the levels that there are', () => {
  for (const text of ['loud', '-10', '1e1', '20.5', '1234567', 'toString', '__proto__']) {
    assert.throws(() => variable(text), {
      code: 'SETTING_INVALID',
      message: `expected the log level to be a number or a name, got "${text}"`,
      where: 'environment variable SAGEMAKER_CONTAINER_LOG_LEVEL',
      fix: 'Use one of NOTSET, DEBUG, INFO, WARN, WARNING, ERROR, CRITICAL, FATAL, or a number such as 20.',
    });
  }
  assert.throws(() => readLogLevel({}, 'true'), {
    where: 'input/config/hyperparameters.json, field sagemaker_container_log_level',
  });
});

test('before the hyperparameters are known, an invalid level is the default', () => {
  const early = (text: string) => earlyLogLevel({ SAGEMAKER_CONTAINER_LOG_LEVEL: text });
  assert.deepEqual(['debug', '30.0', '', 'verbose', '-1'].map(early), [10, 30, 20, 20, 20]);
  assert.equal(earlyLogLevel({}), 20);
});
