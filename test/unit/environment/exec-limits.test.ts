import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_ARGUMENT_BYTES } from '../../../src/contract/limits.ts';
import { checkPassable } from '../../../src/environment/exec-limits.ts';
import { arePlainlyPassable } from '../../../src/environment/plainly-passable.ts';

const none = new Map<string, string>();

test('ordinary text passes, whatever characters it holds', () => {
  checkPassable(new Map([['SM_HP_É-X.Y', '$`"\' \n=\u{1f600}']]), ['--é', '', '=', '\u{1f600}']);
});

test('a NUL is refused, with the variable or argument that holds it', () => {
  assert.throws(() => checkPassable(new Map([['SM_HP_A', 'a\0b']]), []), {
    code: 'HYPERPARAMETER_INVALID',
    message: 'variable "SM_HP_A" cannot be passed to a process: it holds a NUL character',
  });
  assert.throws(() => checkPassable(none, ['--name', 'a\0']), {
    message: /^argument 2 \(after "--name"\) cannot be passed/,
  });
  assert.throws(() => checkPassable(none, ['\0']), { message: /^argument 1 cannot be passed/ });
});

test('a name with "=" is refused', () => {
  assert.throws(() => checkPassable(new Map([['SM_HP_A=B', 'x']]), []), {
    message: 'variable "SM_HP_A=B" cannot be passed to a process: its name holds "="',
    fix: 'Rename the hyperparameter or channel.',
  });
});

test('a half of a surrogate pair is refused, in a name too', () => {
  assert.throws(() => checkPassable(new Map([['SM_HP_\ud83d', 'x']]), []), {
    message:
      'the name of variable "SM_HP_\\ud83d" cannot be passed to a process: it holds half of a surrogate pair, which has no UTF-8 form',
  });
  assert.throws(() => checkPassable(none, ['\ude00']), { code: 'HYPERPARAMETER_INVALID' });
});

test('a variable counts with its name, "=" and final NUL: one byte more than Linux takes is refused', () => {
  const room = MAX_ARGUMENT_BYTES - 'NAME='.length - 1;
  checkPassable(new Map([['NAME', 'x'.repeat(room)]]), []);
  assert.throws(() => checkPassable(new Map([['NAME', 'x'.repeat(room + 1)]]), []), {
    code: 'VALUE_TOO_LARGE',
    message: `variable "NAME" takes ${MAX_ARGUMENT_BYTES + 1} bytes; Linux passes on at most ${MAX_ARGUMENT_BYTES}`,
  });
});

test('an argument is measured in bytes of UTF-8', () => {
  const room = MAX_ARGUMENT_BYTES - 1;
  checkPassable(none, ['x'.repeat(room)]);
  checkPassable(none, ['é'.repeat(Math.floor(room / 2))]);
  assert.throws(() => checkPassable(none, ['é'.repeat(Math.floor(room / 2) + 1)]), { code: 'VALUE_TOO_LARGE' });
  assert.throws(() => checkPassable(none, ['x'.repeat(50), 'x'.repeat(room + 1)]), {
    message: /^argument 2 \(after "x{40}…"\) takes/,
  });
});

test('the error names the file that the value comes from', () => {
  const NUL = 'a\0b';
  const large = 'x'.repeat(MAX_ARGUMENT_BYTES);
  for (const [name, code, where] of [
    ['SM_HP_A', 'HYPERPARAMETER_INVALID', 'input/config/hyperparameters.json'],
    ['SM_CHANNEL_A', 'CONFIG_SHAPE', 'input/config/inputdataconfig.json'],
    ['SM_INPUT_DATA_CONFIG', 'CONFIG_SHAPE', 'input/config/inputdataconfig.json'],
    ['SM_HOSTS', 'CONFIG_SHAPE', 'input/config/resourceconfig.json'],
    ['SM_MASTER_ADDR', 'CONFIG_SHAPE', 'input/config/resourceconfig.json'],
    ['CURRENT_HOST', 'CONFIG_SHAPE', 'input/config/resourceconfig.json'],
    ['SM_TRAINING_ENV', 'CONFIG_SHAPE', 'input/config'],
  ] as const) {
    assert.throws(() => checkPassable(new Map([[name, NUL]]), []), { code, where });
    assert.throws(() => checkPassable(new Map([[name, large]]), []), { code: 'VALUE_TOO_LARGE', where });
  }
});

test('the quick check passes only what the full check passes', () => {
  assert.equal(arePlainlyPassable(new Map([['SM_HP_É-X.Y', '=\u{1f600}']]), ['--é', '']), true);
  for (const value of ['a\0', '\ud83d', 'x'.repeat(MAX_ARGUMENT_BYTES), 'é'.repeat(MAX_ARGUMENT_BYTES / 2)]) {
    assert.equal(arePlainlyPassable(new Map([['A', value]]), []), false);
    assert.equal(arePlainlyPassable(none, [value]), false);
  }
  assert.equal(arePlainlyPassable(new Map([['A=B', 'x']]), []), false);
});
