import { join } from 'node:path';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { readInput, type UnusableInput } from '../../job-tree/input/input-file.ts';

/** What optml reads of a `package.json`. */
export interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly main?: string;
  readonly bin?: string | Readonly<Record<string, string>> | null;
  readonly packageManager?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly workspaces?: readonly string[] | { readonly packages?: readonly string[] };
}

/**
 * Reads the `package.json` in `dir`, or gives undefined when there is none.
 *
 * @throws OptmlError PROGRAM_INVALID when it cannot be read, or is not a JSON object.
 */
export function readPackageJson(dir: string): PackageJson | undefined {
  const file = join(dir, 'package.json');
  try {
    const value: unknown = JSON.parse(readInput(file).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    throw new SyntaxError('expected an object');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw new OptmlError('PROGRAM_INVALID', `${file} cannot be used: ${(error as Error).message}`, {
      where: file,
      fix: (error as Partial<UnusableInput>).fix ?? 'Make it a valid package.json.',
      cause: error,
    });
  }
}
