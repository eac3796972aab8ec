import { asOptmlError, OptmlError } from './error.ts';

/** The same error with its texts masked: for a caller that does not know the secrets. */
export function maskedError(thrown: unknown, mask: (text: string) => string): OptmlError {
  const { code, message, where, fix, exitCode, failureText } = asOptmlError(thrown);
  const maskIfAny = (text: string | undefined) => (text === undefined ? undefined : mask(text));
  const details = { where: maskIfAny(where), fix: maskIfAny(fix), exitCode, cause: thrown };
  return new OptmlError(code, mask(message), { ...details, failureText: maskIfAny(failureText) });
}
