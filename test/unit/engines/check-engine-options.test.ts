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

test('seconds that are no number from 0 on are an error', () => {
  for (const value of [-1, Number.NaN, 'x', null]) {
    assert.throws(() => checkSeconds('stopGraceSeconds', value), {
      code: 'USAGE',
      message: `expected the option \`stopGraceSeconds\` to be a number of seconds, got ${value === 'x' ? '"x"' : value}`,
    });
  }
});
