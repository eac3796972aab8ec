import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, type ProcessIdentity } from '../../process/process-identity.ts';
import { ownerOf } from './owner-names.ts';

/** What is taken, or the process that has it. */
export type Claim = { readonly release: () => void } | { readonly holder: ProcessIdentity };

/**
 * Takes what the folder `dir` stands for, under `name`, which names this process, in front of which `subject` may stand. Each process adds
 * a file of its own first and then looks for those of others, so two never both succeed; at the same moment both may fail.
 * The files of processes that have ended count for nothing, and no process has to take them over.
 *
 * @throws the system's error.
 */
export function claim(dir: string, name: string, subject = ''): Claim {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, name);
  const release = () => rmSync(file, { force: true });
  writeFileSync(file, '', { flag: 'wx', mode: 0o600 });
  for (const other of readdirSync(dir)) {
    const holder = ownerOf(other);
    if (other === name || holder === undefined || !other.startsWith(subject)) continue;
    if (isRunning(holder)) {
      release();
      return { holder };
    }
    rmSync(join(dir, other), { force: true });
  }
  return { release };
}
