import { bytesOf, type RawName, readable } from './raw-name.ts';

/** An error in the form of the system's own, for what the system does not check. */
export function systemError(code: string, problem: string, path: RawName): NodeJS.ErrnoException {
  const text = bytesOf(path).toString('utf8');
  return Object.assign(new Error(`${code}: ${problem}, '${text}'`), { code, path: text });
}

/**
 * Runs `action`. Its system errors name `path` where the system was given `lookup`, another path of the same folder.
 *
 * @throws whatever `action` throws.
 */
export function naming<Result>(lookup: RawName, path: RawName, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof Error) rename(error, readable(lookup), readable(path));
    throw error;
  }
}

function rename(error: Error & { path?: string; dest?: string }, lookup: string, path: string): void {
  const renamed = (text: string) => (text === lookup ? path : text.replace(`${lookup}/`, () => `${path}/`));
  if (error.path !== undefined) error.path = renamed(error.path);
  if (error.dest !== undefined) error.dest = renamed(error.dest);
  error.message = renamed(error.message).replace(`'${lookup}'`, () => `'${path}'`);
}
