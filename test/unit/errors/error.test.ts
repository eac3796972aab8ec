import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_CODES } from '../../../src/errors/codes.ts';
import { asOptmlError, describeError, isOptmlError, OptmlError, systemErrorCode } from '../../../src/errors/error.ts';
import type { ErrorCode } from '../../../src/errors/kinds.ts';

test('the kind, the name and the exit code follow from the code', () => {
  const names = {
    user: 'UserError',
    'entry-point': 'EntryPointError',
    infrastructure: 'InfrastructureError',
    toolkit: 'ToolkitError',
  };
  for (const [code, { kind }] of Object.entries(ERROR_CODES)) {
    const error = new OptmlError(code as ErrorCode, 'message');
    assert.deepEqual([error.kind, error.name], [kind, names[kind]]);
    assert.equal(error.exitCode, kind === 'toolkit' ? 70 : 1, code);
  }
  assert.equal(new OptmlError('USAGE', 'message', { exitCode: 2 }).exitCode, 2);
});

test('a description says what was wrong, where, and what to do, in this order', () => {
  const error = new OptmlError('PROGRAM_MISSING', 'no entry point was given', { where: 'nowhere', fix: 'Set one.' });
  assert.equal(
    describeError(error),
    'UserError PROGRAM_MISSING: no entry point was given\nWhere: nowhere\nFix: Set one.',
  );
  assert.equal(
    describeError(new OptmlError('STOPPED', 'it was stopped')),
    'InfrastructureError STOPPED: it was stopped',
  );
});

test('a description of a defect shows the stack of what was thrown', () => {
  const cause = new TypeError('x is not a function');
  const description = describeError(asOptmlError(cause));
  assert.match(
    description,
    /^ToolkitError DEFECT: x is not a function\nFix: This is a defect in optml, not in your job\./,
  );
  assert.ok(description.endsWith(cause.stack ?? 'no stack'));
});

test('what is not ours becomes a defect with exit code 70; what is ours stays', () => {
  const own = new OptmlError('CONFIG_MISSING', 'message');
  assert.equal(asOptmlError(own), own);
  for (const thrown of [new Error('oh'), 'oh', undefined, null, { message: 'oh' }]) {
    const error = asOptmlError(thrown);
    assert.deepEqual([error.code, error.exitCode], ['DEFECT', 70]);
    assert.equal(error.cause, thrown);
  }
});

test('an error of another copy of the class is treated as ours', () => {
  const other = Object.assign(new Error('from a bundle'), { [Symbol.for('optml.error')]: true });
  assert.equal(isOptmlError(other), true);
  assert.equal(isOptmlError(new Error('from elsewhere')), false);
  assert.equal(isOptmlError({ [Symbol.for('optml.error')]: true }), false, 'it has to be an error');
});

test('an error without a cause has none, one with it keeps it', () => {
  assert.equal(Object.hasOwn(new OptmlError('USAGE', 'message'), 'cause'), false);
  assert.equal(new OptmlError('USAGE', 'message', { cause: 'why' }).cause, 'why');
});

test('the code of a system error is read from whatever was thrown', () => {
  assert.equal(systemErrorCode(Object.assign(new Error(), { code: 'ENOENT' })), 'ENOENT');
  for (const thrown of [new Error(), { code: 5 }, null, undefined, 'ENOENT'])
    assert.equal(systemErrorCode(thrown), undefined);
});
