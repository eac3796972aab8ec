import { existsSync, promises, readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { RELATIVE_PATHS } from '../../contract/paths.ts';
import { makeRemovable } from '../../engines/make-removable.ts';
import { UNDELIVERED, WORK_NAMES } from '../../jobs/job-folder.ts';
import { mlDirOf } from '../ml-dirs.ts';

/** The folder of artifacts that could not be delivered, in the folder `dir` of their job. */
export function undeliveredDir(dir: string): string {
  return join(dir, UNDELIVERED);
}

/**
 * Moves the artifacts of a job, whose hosts have ended, to a folder that no clean-up removes. They keep their paths below
 * it, so that they can be collected from there as from the job's folder `dir`. Moving them again after a crash moves the
 * rest. Returns that folder; undefined if there are no artifacts.
 *
 * @throws System errors.
 */
export async function keepUndelivered(dir: string, hosts: readonly string[]): Promise<string | undefined> {
  const kept = undeliveredDir(dir);
  // A record that somebody has edited must not lead out of the job's folder.
  const names = hosts.filter((host) => basename(host) === host);
  const ofHosts = names.flatMap((host) =>
    [RELATIVE_PATHS.modelDir, RELATIVE_PATHS.outputDataDir].map((path) => join(mlDirOf({ dir }, host), path)),
  );
  for (const path of [join(dir, WORK_NAMES.mergedModel), join(dir, WORK_NAMES.mergedOutput), ...ofHosts]) {
    if (!existsSync(path) || readdirSync(path).length === 0) continue;
    const target = join(kept, relative(dir, path));
    await promises.mkdir(dirname(target), { recursive: true });
    await move(path, target);
  }
  return existsSync(kept) ? kept : undefined;
}

async function move(from: string, to: string): Promise<void> {
  try {
    await promises.rename(from, to);
  } catch {
    // A folder moves only with the permission to write to it, which its program may have removed.
    await makeRemovable(from);
    await promises.rename(from, to);
  }
}
