import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings, SETTING_ROWS, settingsFromVariables } from '../../../src/contract/settings.ts';

const read = (variables: NodeJS.ProcessEnv) => readSettings(settingsFromVariables(variables));

test('without any variable every setting has its default', () => {
  const defaults = {
    package: 'auto',
    modelArchive: 'output/model.tar.gz',
    compression: 'auto',
    stopGraceSeconds: 110,
    hostWaitSeconds: 900,
    typescript: 'tsx',
    argumentOrder: 'sorted',
    booleanArguments: 'value',
    logFormat: 'text',
    launch: false,
    masterPort: 7777,
    maxRestarts: 0,
  };
  assert.deepEqual(read({}), defaults);
  assert.deepEqual(
    read(Object.fromEntries(Object.keys(SETTING_ROWS).map((name) => [name, '']))),
    defaults,
    'empty is unset',
  );
});

test('each setting is read from its variable', () => {
  const settings = read({
    OPTML_PACKAGE: 'never',
    OPTML_MODEL_ARCHIVE: '/elsewhere/m.tar.gz',
    OPTML_COMPRESSION: 'igzip:1',
    OPTML_STOP_GRACE_SECONDS: '0.5',
    OPTML_HOST_WAIT_SECONDS: '0',
    OPTML_TYPESCRIPT: 'node',
    OPTML_ARGUMENT_ORDER: 'file',
    OPTML_BOOLEAN_ARGUMENTS: 'flag',
    OPTML_LOG_FORMAT: 'json',
    OPTML_LAUNCH: 'True',
    OPTML_MASTER_PORT: '29500',
    OPTML_MAX_RESTARTS: '3',
  });
  assert.deepEqual(settings, {
    package: 'never',
    modelArchive: '/elsewhere/m.tar.gz',
    compression: 'igzip:1',
    stopGraceSeconds: 0.5,
    hostWaitSeconds: 0,
    typescript: 'node',
    argumentOrder: 'file',
    booleanArguments: 'flag',
    logFormat: 'json',
    launch: true,
    masterPort: 29500,
    maxRestarts: 3,
  });
});

test('a word that a setting does not know is refused with the words that it knows', () => {
  assert.throws(() => read({ OPTML_PACKAGE: 'yes' }), {
    code: 'SETTING_INVALID',
    message: 'expected OPTML_PACKAGE to be "auto" or "always" or "never", got "yes"',
    where: 'environment variable OPTML_PACKAGE',
    fix: 'Set OPTML_PACKAGE to "auto" or "always" or "never", or leave it out for "auto".',
  });
});

test('seconds are a plain number up to a day', () => {
  for (const name of ['OPTML_STOP_GRACE_SECONDS', 'OPTML_HOST_WAIT_SECONDS'] as const) {
    for (const text of ['-1', 'ten', '1e3', '0x10', 'Infinity', 'NaN', ' 5', '5s', '86401', '1.']) {
      assert.throws(() => read({ [name]: text }), {
        code: 'SETTING_INVALID',
        message: `expected ${name} to be a number of seconds, 0 to 86400, got "${text}"`,
      });
    }
    assert.ok(read({ [name]: '86400' }));
  }
});

test('ports and counts are whole numbers; the control port stands beside the master port', () => {
  for (const text of ['0', '65535', '7777.5', '-1', 'http']) {
    assert.throws(() => read({ OPTML_MASTER_PORT: text }), {
      message: `expected OPTML_MASTER_PORT to be a port, 1 to 65534, got "${text}"`,
    });
  }
  assert.throws(() => read({ OPTML_MAX_RESTARTS: '1.5' }), {
    message: 'expected OPTML_MAX_RESTARTS to be a whole number, 0 to 1000, got "1.5"',
  });
});

test('a switch may be written as Python writes it, and is nothing but true or false', () => {
  for (const text of ['true', 'True', 'TRUE']) assert.equal(read({ OPTML_LAUNCH: text }).launch, true);
  for (const text of ['false', 'False']) assert.equal(read({ OPTML_LAUNCH: text }).launch, false);
  assert.throws(() => read({ OPTML_LAUNCH: '1' }), {
    message: 'expected OPTML_LAUNCH to be "false" or "true", got "1"',
  });
});

test('another source of settings names its own place', () => {
  const source = (name: string) =>
    name === 'OPTML_LOG_FORMAT' ? { text: 'xml', where: 'hyperparameter optml_log_format' } : undefined;
  assert.throws(() => readSettings(source), { where: 'hyperparameter optml_log_format' });
});

test('a compression is a method with a level that it has', () => {
  for (const text of ['auto', 'igzip', 'igzip:3', 'pigz:9', 'node', 'node:0']) {
    assert.equal(read({ OPTML_COMPRESSION: text }).compression, text);
  }
  assert.throws(() => read({ OPTML_COMPRESSION: 'igzip:9' }), {
    code: 'SETTING_INVALID',
    message: 'expected OPTML_COMPRESSION to be igzip with a level from 0 to 3, got "igzip:9"',
    where: 'environment variable OPTML_COMPRESSION',
  });
  for (const text of ['zip', 'auto:1', 'node:10', 'node:', 'igzip:-1']) {
    assert.throws(() => read({ OPTML_COMPRESSION: text }), {
      message: `expected OPTML_COMPRESSION to be auto, or igzip, pigz or node, with a level where wanted (igzip:1), got "${text}"`,
    });
  }
});
