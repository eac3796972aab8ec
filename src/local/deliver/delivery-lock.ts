import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { OptmlError } from '../../errors/error.ts';
import { isAlive, thisOwner } from '../../jobs/job-owner.ts';
import type { JobOwner } from '../../jobs/record.ts';

// In the folder of a job, while its artifacts are being delivered. Holds the owner.
const LOCK_FILE = 'delivering';

/**
 * Makes sure that no other process delivers the artifacts of the job `name`, whose folder is `dir`: one would remove what the
 * other is reading. Returns a function that ends that.
 *
 * @throws OptmlError USAGE if another process delivers them.
 */
export function lockDelivery(dir: string, name: string): () => void {
  const file = join(dir, LOCK_FILE);
  const owner = ownerIn(file);
  if (owner !== undefined && isAlive(owner)) {
    throw new OptmlError(
      'USAGE',
      `the artifacts of the job ${name} are already being delivered (process ${owner.pid})`,
      {
        fix: 'Wait until that delivery has ended.',
        exitCode: EXIT_CODES.usage,
      },
    );
  }
  rmSync(file, { force: true });
  writeFileSync(file, JSON.stringify(thisOwner()), { flag: 'wx' });
  return () => rmSync(file, { force: true });
}

function ownerIn(file: string): JobOwner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JobOwner;
  } catch {
    // None, or a killed process has not finished it.
    return undefined;
  }
}
