import { OptmlError } from '../errors/error.ts';

// As container engines read it: `512m`, `1.5 GiB`, `1048576`.
const SIZE = /^(\d+(?:\.\d+)?) ?(?:([kmgtp])(?:i?b)?|b)?$/i;
const UNITS = 'kmgtp';

/** The bytes of a size as container engines read it; undefined for a text that is no size. May be 0. */
export function readSize(size: string): number | undefined {
  const [, number, unit = ''] = SIZE.exec(size.trim()) ?? [];
  if (number === undefined) return undefined;
  const bytes = Math.floor(Number(number) * 1024 ** (unit === '' ? 0 : UNITS.indexOf(unit.toLowerCase()) + 1));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/**
 * The bytes of a size that is not 0. `what` names it in the error, `option` is where it was given.
 *
 * @throws OptmlError SETTING_INVALID for any other text.
 */
export function bytesOfSize(
  size: string,
  { what, option }: { readonly what: string; readonly option: string },
): number {
  const bytes = readSize(size);
  if (bytes !== undefined && bytes > 0) return bytes;
  throw new OptmlError('SETTING_INVALID', `"${size}" is not a size of ${what}`, {
    where: option,
    fix: 'Write a number with a unit, such as 512m or 2g.',
  });
}
