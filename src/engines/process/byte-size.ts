import { OptmlError } from '../../errors/error.ts';

const SIZE = /^(\d+(?:\.\d+)?)([bkmgt]?)b?$/i;
const UNITS = 'bkmgt';

/**
 * The bytes of a size as container engines read it: `512m`, `2g`. `what` names it in the error, `option` is where it was given.
 *
 * @throws OptmlError SETTING_INVALID for a text that is no size.
 */
export function bytesOfSize(
  size: string,
  { what, option }: { readonly what: string; readonly option: string },
): number {
  const [, number = '', unit = ''] = SIZE.exec(size.trim()) ?? [];
  const bytes = Math.floor(Number(number) * 1024 ** Math.max(0, UNITS.indexOf(unit.toLowerCase() || 'b')));
  if (number !== '' && bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
  throw new OptmlError('SETTING_INVALID', `"${size}" is not a size of ${what}`, {
    where: option,
    fix: 'Write a number with a unit, such as 512m or 2g.',
  });
}
