import { promises, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { OptmlError } from '../../errors/error.ts';
import { removePartials } from '../../job-tree/remove-partials.ts';
import { WORK_NAMES } from '../../jobs/job-folder.ts';
import { isAlive, thisOwner } from '../../jobs/job-owner.ts';
import type { JobOwner } from '../../jobs/record.ts';
import { isText, listOf, objectOf, wholeNumber } from '../../json/shape.ts';
import { undeliveredDir } from '../../staging/delivery/undelivered.ts';

// In the folder of a job, while its artifacts are being delivered.
const LOCK_FILE = 'delivering';

/** The process that delivers, and the folders that it writes to. */
interface Lock extends JobOwner {
  readonly targets: readonly string[];
}

const isLock = objectOf({ pid: wholeNumber(1), startTicks: isText, targets: listOf(isText) });

/**
 * Makes sure that no other process delivers the artifacts of the job `name`, whose folder is `dir`: one would remove what the
 * other is reading. Removes what a killed delivery has begun. `targets` are the folders of this machine that this delivery
 * writes to. Returns a function that ends the lock.
 *
 * @throws OptmlError USAGE if another process delivers them; system errors.
 */
export async function lockDelivery(dir: string, name: string, targets: readonly string[]): Promise<() => void> {
  const file = join(dir, LOCK_FILE);
  const lock = lockIn(file);
  if (lock !== undefined && isAlive(lock)) {
    throw new OptmlError(
      'USAGE',
      `the artifacts of the job ${name} are already being delivered (process ${lock.pid})`,
      {
        fix: 'Wait until that delivery has ended.',
        exitCode: EXIT_CODES.usage,
      },
    );
  }
  await endKilledDelivery(dir);
  const own: Lock = { ...thisOwner(), targets };
  writeFileSync(file, JSON.stringify(own), { flag: 'wx' });
  return () => rmSync(file, { force: true });
}

/** Removes what a killed delivery of the job, whose folder is `dir`, has left: unfinished files, and its lock. */
export async function endKilledDelivery(dir: string): Promise<void> {
  const file = join(dir, LOCK_FILE);
  const lock = lockIn(file);
  if (lock !== undefined) {
    if (isAlive(lock)) return;
    for (const target of lock.targets.filter(isAbsolute)) await removePartials(target, lock.pid);
  }
  await promises.rm(join(undeliveredDir(dir), WORK_NAMES.upload), { force: true });
  await promises.rm(file, { force: true });
}

function lockIn(file: string): Lock | undefined {
  try {
    const lock: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isLock(lock) ? (lock as Lock) : undefined;
  } catch {
    // None, or a killed process has not finished it.
    return undefined;
  }
}
