import { resolve } from 'node:path';
import { withAbsoluteHome } from '../jobs/jobs-dir.ts';
import type { ValidateOptions } from './validate-image.ts';
import type { ValidationReport } from './validation-report.ts';

/**
 * As {@link import('./validate-image.ts').validateImage}; loaded at its first use, for scripts that never validate. The only
 * place that reads `process.env` and the working directory for a caller who gives none.
 *
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs';
 * import { validateImage } from 'optml';
 *
 * writeFileSync('program', '#!/bin/sh\necho trained > "$SAGEMAKER_BASE_DIR/model/weights"\n', { mode: 0o755 });
 * const report = await validateImage({ command: ['./program'], only: ['success-run'] });
 * console.log(report.checks.find(({ id }) => id === 'success-run')?.status); // pass
 * ```
 */
export async function validateImage(options: ValidateOptions): Promise<ValidationReport> {
  const { variables = process.env, baseDir = '.' } = options;
  const { validateImage: validate } = await import('#validate/validate-image');
  return validate({ ...options, variables: withAbsoluteHome(variables, resolve()), baseDir: resolve(baseDir) });
}
