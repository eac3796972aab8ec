import { join } from 'node:path';
import ignore from 'ignore';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { readInput } from '../../job-tree/input/input-file.ts';
import { decodeText } from '../../request/document/decode-text.ts';

/** Rules about paths below their folder; a path with a slash at the end is a folder. */
export interface IgnoreRules {
  readonly ignores: (path: string) => boolean;
  /** Whether a rule with `!` says that the path is not ignored. */
  readonly keeps: (path: string) => boolean;
}

/**
 * The rules of a file in gitignore's syntax and in UTF-8; undefined if the file does not exist. Large and small letters differ,
 * as for git on Linux.
 *
 * @throws OptmlError SOURCE_INVALID if it cannot be read, has another encoding, or a rule that takes too long to match.
 */
export function readIgnoreRules(dir: string, name: string): IgnoreRules | undefined {
  const file = join(dir, name);
  const bytes = bytesOf(file);
  if (bytes === undefined) return undefined;
  const { text, problem } = decodeText(bytes);
  // No rule would match, and what the job must not have would be copied.
  if (problem !== undefined) throw invalid(file, problem);
  const slow = text.split('\n').findIndex(isSlow);
  if (slow >= 0) {
    throw invalid(file, {
      message: `line ${slow + 1} has more than ${MOST_GLOBSTARS} "**", and takes too long to match`,
      fix: 'Write it with fewer of them.',
    });
  }
  // The library takes any path: a name such as `..a` is no way out.
  const rules = ignore({ ignorecase: false, allowRelativePaths: true }).add(text);
  return { ignores: (path) => rules.ignores(path), keeps: (path) => rules.test(path).unignored };
}

/** The same as {@link readIgnoreRules}, but undefined for a file that cannot be used. */
export function readUsableRules(dir: string, name: string): IgnoreRules | undefined {
  try {
    return readIgnoreRules(dir, name);
  } catch {
    // Its rules are only for a hint.
    return undefined;
  }
}

function bytesOf(file: string): Buffer | undefined {
  try {
    return readInput(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw invalid(file, { message: (error as Error).message, fix: 'Make it a readable file, or remove it.' }, error);
  }
}

// Each of them matches any number of folders: their ways to match a path multiply.
const MOST_GLOBSTARS = 3;

function isSlow(rule: string): boolean {
  return !rule.startsWith('#') && (rule.replaceAll(/(?:\*\*\/)+/g, '**/').match(/\*\*/g)?.length ?? 0) > MOST_GLOBSTARS;
}

interface Problem {
  readonly message: string;
  readonly fix?: string;
}

function invalid(file: string, { message, fix = 'Correct it.' }: Problem, cause?: unknown): OptmlError {
  return new OptmlError('SOURCE_INVALID', `${file} cannot be read: ${message}`, {
    where: file,
    fix,
    cause,
    exitCode: 2,
  });
}
