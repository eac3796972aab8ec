import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';

/** Mounts a small file system while `act` runs; where none can be mounted the test is skipped with the reason. */
export async function withDisk(t: TestContext, dir: string, options: string, act: () => Promise<void>): Promise<void> {
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir], { encoding: 'utf8' });
  if (mount.status !== 0) {
    t.skip(`SKIPPED: no tmpfs can be mounted here: ${(mount.stderr || mount.error?.message || '').trim()}`);
    return;
  }
  try {
    await act();
  } finally {
    // Before the folder of the test is removed.
    spawnSync('umount', ['-l', dir]);
  }
}
