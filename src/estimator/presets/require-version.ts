import type { AnyOptions } from '../estimator-options.ts';
import { usageError } from '../request/usage-error.ts';

/** @throws OptmlError USAGE if neither an image is given nor each of these versions. */
export function requireVersion(options: AnyOptions, names: readonly ('frameworkVersion' | 'pyVersion')[]): void {
  const missing = options.imageUri === undefined ? names.find((name) => options[name] === undefined) : undefined;
  if (missing === undefined) return;
  throw usageError(`${missing} is missing`, missing, `Pass ${names.join(' and ')}, or imageUri.`);
}

/** @throws OptmlError USAGE without a script. */
export function requireScript({ entryPoint, algorithmArn }: AnyOptions): void {
  if (entryPoint === undefined) throw usageError('entryPoint is missing', 'entryPoint', 'Pass the training script.');
  if (algorithmArn !== undefined) {
    throw usageError('a framework has no algorithm', 'algorithmArn', 'Use Estimator, or leave it out.');
  }
}
