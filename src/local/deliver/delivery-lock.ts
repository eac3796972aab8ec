import { existsSync, linkSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { partialPath } from '../../files/partial-path.ts';
import { readRegularFile } from '../../job-tree/input/regular-file.ts';
import { removePartials } from '../../job-tree/remove-partials.ts';
import { WORK_NAMES } from '../../jobs/job-folder.ts';
import { isAlive, thisOwner } from '../../jobs/job-owner.ts';
import type { JobOwner } from '../../jobs/record.ts';
import { isText, listOf, objectOf, wholeNumber } from '../../json/shape.ts';
import { undeliveredDir } from '../../staging/delivery/undelivered.ts';

// In the folder of a job, while its artifacts are being delivered.
const LOCK_FILE = 'delivering';
const MOST_BYTES = 1 << 20;

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
  await endKilledDelivery(dir);
  const file = join(dir, LOCK_FILE);
  const own: Lock = { ...thisOwner(), targets };
  if (!isPlaced(file, JSON.stringify(own))) {
    throw new OptmlError('USAGE', `the artifacts of the job ${name} are already being delivered${processIn(file)}`, {
      fix: 'Wait until that delivery has ended.',
      exitCode: EXIT_CODES.usage,
    });
  }
  return () => rmSync(file, { force: true });
}

/** Whether a process delivers the artifacts of the job whose folder is `dir`. */
export function isBeingDelivered(dir: string): boolean {
  const lock = parseLock(textIn(join(dir, LOCK_FILE)));
  return lock !== undefined && isAlive(lock);
}

/** Makes the file, whole from the first moment on. Returns false if there is one. */
function isPlaced(file: string, text: string): boolean {
  const draft = partialPath(file);
  writeFileSync(draft, text, { flag: 'wx' });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

function processIn(file: string): string {
  const lock = parseLock(textIn(file));
  return lock === undefined ? '' : ` (process ${lock.pid})`;
}

/** Removes what a killed delivery of the job, whose folder is `dir`, has left: unfinished files, and its lock. */
export async function endKilledDelivery(dir: string): Promise<void> {
  const file = join(dir, LOCK_FILE);
  const text = textIn(file);
  if (text === undefined) return;
  const lock = parseLock(text);
  if (lock !== undefined) {
    if (isAlive(lock)) return;
    for (const target of lock.targets.filter(isAbsolute)) await removePartials(target, lock.pid);
  }
  // Another process may have done the same meanwhile, and deliver now.
  if (textIn(file) !== text) return;
  rmSync(join(undeliveredDir(dir), WORK_NAMES.upload), { force: true });
  rmSync(file, { force: true });
}

/** The text of the lock; undefined if there is none. A damaged one has another text. */
function textIn(file: string): string | undefined {
  return existsSync(file) ? (readRegularFile(file, MOST_BYTES) ?? '') : undefined;
}

function parseLock(text = ''): Lock | undefined {
  try {
    const lock: unknown = JSON.parse(text);
    return isLock(lock) ? (lock as Lock) : undefined;
  } catch {
    return undefined;
  }
}
