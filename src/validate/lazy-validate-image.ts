import type { ValidateOptions } from './validate-image.ts';
import type { ValidationReport } from './validation-report.ts';

/** As {@link import('./validate-image.ts').validateImage}; loaded at its first use, for scripts that never validate. */
export async function validateImage(options: ValidateOptions): Promise<ValidationReport> {
  const { validateImage: validate } = await import('#validate/validate-image');
  return validate(options);
}
