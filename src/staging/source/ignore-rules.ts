import { join } from 'node:path';
import ignore from 'ignore';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { readInput } from '../../job-tree/input/input-file.ts';

/** Rules about paths below their folder; a path with a slash at the end is a folder. */
export interface IgnoreRules {
  readonly ignores: (path: string) => boolean;
  /** Whether a rule with `!` says that the path is not ignored. */
  readonly keeps: (path: string) => boolean;
}

/**
 * The rules of a file in gitignore's syntax; undefined if the file does not exist. Large and small letters differ, as for git
 * on Linux.
 *
 * @throws OptmlError SOURCE_INVALID if it cannot be read.
 */
export function readIgnoreRules(dir: string, name: string): IgnoreRules | undefined {
  const file = join(dir, name);
  let text: string;
  try {
    text = readInput(file).toString('utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw new OptmlError('SOURCE_INVALID', `${file} cannot be read: ${(error as Error).message}`, {
      where: file,
      fix: 'Make it a readable file, or remove it.',
      cause: error,
    });
  }
  // The library takes any path: a name such as `..a` is no way out.
  const rules = ignore({ ignorecase: false, allowRelativePaths: true }).add(text.replace(/^\ufeff/, ''));
  return { ignores: (path) => rules.ignores(path), keeps: (path) => rules.test(path).unignored };
}
