// Compile-time expectations: checked by `npx tsc`, never run.
import { ERROR_CODES, type ErrorCode, type ErrorKind, isOptmlError, OptmlError } from '../../src/index.ts';
import { expectType, type Same } from './expect-type.ts';

export function errorsAreTyped(thrown: unknown): void {
  if (!isOptmlError(thrown)) return;
  expectType<Same<typeof thrown.code, ErrorCode>>();
  expectType<Same<typeof thrown.kind, ErrorKind>>();
  expectType<Same<typeof thrown.where, string | undefined>>();
  expectType<Same<typeof thrown.exitCode, number>>();
  // @ts-expect-error: no such code, so a comparison with it is a slip
  if (thrown.code === 'CONFIG_GONE') return;
  // @ts-expect-error: codes cannot be changed
  thrown.code = 'USAGE';
}

export function codesAreClosed(): void {
  expectType<Same<ErrorCode, keyof typeof ERROR_CODES>>();
  expectType<Same<(typeof ERROR_CODES)['USAGE']['kind'], 'user'>>();
  // @ts-expect-error: a code has to be in the table
  new OptmlError('SOMETHING_ELSE', 'message');
  // @ts-expect-error: the table is read-only
  ERROR_CODES.USAGE.meaning = 'changed';
}
