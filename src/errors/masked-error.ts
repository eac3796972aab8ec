import { asOptmlError, OptmlError } from './error.ts';

/**
 * The same error with its texts masked: for a caller that does not know the secrets. Node prints the cause of an error that a
 * program does not catch, so an error of a library call must not have the unmasked one as its cause.
 */
export function maskedError(
  thrown: unknown,
  mask: (text: string) => string,
  { hasCause = true }: { readonly hasCause?: boolean } = {},
): OptmlError {
  const { code, message, where, fix, exitCode, failureText } = asOptmlError(thrown);
  const maskIfAny = (text: string | undefined) => (text === undefined ? undefined : mask(text));
  const details = { where: maskIfAny(where), fix: maskIfAny(fix), exitCode, cause: hasCause ? thrown : undefined };
  return new OptmlError(code, mask(message), { ...details, failureText: maskIfAny(failureText) });
}
