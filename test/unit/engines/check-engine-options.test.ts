import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkEngineOptions, checkSeconds } from '../../../src/engines/check-engine-options.ts';

// As a program in JavaScript may pass them.
const check = (options: object) => () => checkEngineOptions(options);

test('options that are absent or known pass', () => {
  for (const options of [{}, { engine: undefined }, { engine: 'process', pull: 'always' }]) check(options)();
  for (const seconds of [undefined, 0, 1.5, Number.POSITIVE_INFINITY]) checkSeconds('stopGraceSeconds', seconds);
});

test('an unknown engine or pull policy is an error that names the values, and the nearest one', () => {
  assert.throws(check({ engine: 'proces' }), {
    code: 'USAGE',
    message:
      'expected the option `engine` to be one of "docker", "podman", "nerdctl", "finch", "process", got "proces"',
    fix: 'Did you mean "process"?',
  });
  assert.throws(check({ pull: true }), {
    code: 'USAGE',
    message: 'expected the option `pull` to be one of "never", "missing", "always", got true',
  });
});

test('sizes and GPUs that an engine reads pass', () => {
  const sizes = ['512m', '2g', '2G', '1.5g', '2gb', '2 GiB', '1048576', '64b', '0'];
  for (const size of sizes) check({ shmSize: size, memory: size })();
  for (const gpus of ['all', '2', 'device=0,1', '"device=0,1"', 'driver=nvidia,count=2']) check({ gpus })();
});

test('sizes and GPUs that no engine reads are an error', () => {
  for (const memory of ['12q', '-1', '2gg', '2g 1m', '', 'g', '1e3', '0x10', '9'.repeat(20), 512]) {
    assert.throws(check({ memory }), {
      code: 'USAGE',
      message: `expected the option \`memory\` to be a size, got ${typeof memory === 'string' ? `"${memory}"` : memory}`,
    });
  }
  assert.throws(check({ shmSize: '12q' }), { fix: 'Pass a number with a unit, such as 512m or 2g.' });
  for (const gpus of ['banana', '-1', '1.5', '', 'device=', 'gpu=0', 'all,']) {
    assert.throws(check({ gpus }), {
      code: 'USAGE',
      message: `expected the option \`gpus\` to be GPUs, got "${gpus}"`,
      fix: 'Pass all, a number, or device=0,1.',
    });
  }
});

test('seconds that are no number from 0 on are an error', () => {
  for (const value of [-1, Number.NaN, 'x', null]) {
    assert.throws(() => checkSeconds('stopGraceSeconds', value), {
      code: 'USAGE',
      message: `expected the option \`stopGraceSeconds\` to be a number of seconds, got ${value === 'x' ? '"x"' : value}`,
    });
  }
});
