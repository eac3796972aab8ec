import { promises } from 'node:fs';
import { systemErrorCode } from '../errors/error.ts';

/**
 * Waits until the content of a file, or the names in a folder, are on disk: they survive a power cut then. Some file systems
 * cannot sync a folder, and a folder that is writable need not be readable: its names may be lost then.
 *
 * @throws the system's error if the disk fails.
 */
export async function syncToDisk(path: string): Promise<void> {
  try {
    const handle = await promises.open(path, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EACCES', 'EPERM'].includes(systemErrorCode(error) ?? '')) throw error;
  }
}
