import { quoteValue } from '../../errors/quote-value.ts';
import type { AnyOptions } from '../estimator-options.ts';
import { usageError } from '../request/usage-error.ts';

// As in the tag of an image.
const VERSION = /^[A-Za-z0-9][\w.-]*$/;

/** @throws OptmlError USAGE if neither an image is given nor each of these versions, and for one that names no image. */
export function requireVersion(options: AnyOptions, names: readonly ('frameworkVersion' | 'pyVersion')[]): void {
  const missing = options.imageUri === undefined ? names.find((name) => options[name] === undefined) : undefined;
  if (missing !== undefined) {
    throw usageError(`${missing} is missing`, missing, `Pass ${names.join(' and ')}, or imageUri.`);
  }
  const wrong = names.find((name) => options[name] !== undefined && !isVersion(options[name]));
  if (wrong !== undefined) {
    const got = quoteValue(String(options[wrong]));
    throw usageError(`expected a version, got ${got}`, wrong, 'Pass a text of letters, digits, ".", "_" and "-".');
  }
}

function isVersion(value: unknown): boolean {
  return typeof value === 'string' && VERSION.test(value);
}

/** @throws OptmlError USAGE without a script. */
export function requireScript({ entryPoint, algorithmArn }: AnyOptions): void {
  if (entryPoint === undefined) throw usageError('entryPoint is missing', 'entryPoint', 'Pass the training script.');
  if (algorithmArn !== undefined) {
    throw usageError('a framework has no algorithm', 'algorithmArn', 'Use Estimator, or leave it out.');
  }
}
