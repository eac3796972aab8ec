import { MAX_ARGUMENT_BYTES } from '../contract/limits.ts';

/**
 * Whether all variables and arguments can certainly reach a process unchanged. If not, `checkPassable` finds out, which most
 * jobs do not load.
 */
export function arePlainlyPassable(variables: ReadonlyMap<string, string>, args: readonly string[]): boolean {
  const areNamed = [...variables].every(([name, value]) => !name.includes('=') && isPlain(`${name}=${value}`));
  return areNamed && args.every(isPlain);
}

// A UTF-16 unit takes three bytes at most.
function isPlain(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed() && text.length * 3 < MAX_ARGUMENT_BYTES;
}
