import { existsSync } from 'node:fs';
import { bytesOfSize } from '../../byte-size.ts';
import type { HostDisk } from '../../engine.ts';

/** Where programs expect shared memory. */
export const SHARED_MEMORY = '/dev/shm';
const SIZE = { what: 'shared memory', option: '--shm-size' };

/**
 * A host's own shared memory, of the size that the user gave as for a container (`2g`), else half of the machine's memory.
 *
 * @throws OptmlError SETTING_INVALID for a text that is no size.
 */
export function sharedMemory(size: string | undefined): readonly HostDisk[] {
  const options = `mode=1777${size === undefined ? '' : `,size=${bytesOfSize(size, SIZE)}`}`;
  return existsSync(SHARED_MEMORY) ? [{ target: SHARED_MEMORY, options }] : [];
}
