import { bytesOf, type RawName } from './raw-name.ts';

/** An error in the form of the system's own, for what the system does not check. */
export function systemError(code: string, problem: string, path: RawName): NodeJS.ErrnoException {
  const text = bytesOf(path).toString('utf8');
  return Object.assign(new Error(`${code}: ${problem}, '${text}'`), { code, path: text });
}
