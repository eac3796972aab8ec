import { existsSync } from 'node:fs';
import { OptmlError } from '../../../errors/error.ts';
import type { HostDisk } from '../../engine.ts';

const SHARED_MEMORY = '/dev/shm';
const SIZE = /^(\d+(?:\.\d+)?)([bkmgt]?)b?$/i;
const UNITS = 'bkmgt';

/**
 * A host's own shared memory, of the size that the user gave as for a container (`2g`), else half of the machine's memory.
 *
 * @throws OptmlError SETTING_INVALID for a text that is no size.
 */
export function sharedMemory(size: string | undefined): readonly HostDisk[] {
  const options = `mode=1777${size === undefined ? '' : `,size=${bytesOf(size)}`}`;
  return existsSync(SHARED_MEMORY) ? [{ target: SHARED_MEMORY, options }] : [];
}

function bytesOf(size: string): number {
  const [, number = '', unit = ''] = SIZE.exec(size.trim()) ?? [];
  const bytes = Math.floor(Number(number) * 1024 ** Math.max(0, UNITS.indexOf(unit.toLowerCase() || 'b')));
  if (number !== '' && bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
  throw new OptmlError('SETTING_INVALID', `"${size}" is not a size of shared memory`, {
    where: '--shm-size',
    fix: 'Write a number with a unit, such as 512m or 2g.',
  });
}
