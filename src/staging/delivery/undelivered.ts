import { existsSync, promises, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { RELATIVE_PATHS } from '../../contract/paths.ts';
import { makeRemovable } from '../../engines/make-removable.ts';
import { UNDELIVERED, WORK_NAMES } from '../../jobs/job-folder.ts';
import type { UndeliveredParts } from '../../jobs/undelivered-parts.ts';
import { mlDirOf } from '../ml-dirs.ts';

/** The folder of artifacts and checkpoints that could not be delivered, in the folder `dir` of their job. */
export function undeliveredDir(dir: string): string {
  return join(dir, UNDELIVERED);
}

/**
 * Moves artifacts or checkpoints of a job, whose hosts have ended, to a folder that no clean-up removes. They keep their
 * paths below it, so that they can be collected from there as from the job's folder `dir`. Moving them again after a crash
 * moves the rest. Returns that folder; undefined if there is nothing to keep.
 *
 * @throws System errors.
 */
export async function keepUndelivered(
  dir: string,
  hosts: readonly string[],
  { artifacts, checkpoints }: UndeliveredParts,
): Promise<string | undefined> {
  const kept = undeliveredDir(dir);
  // A record that somebody has edited must not lead out of the job's folder.
  const names = hosts.filter((host) => basename(host) === host);
  const ofHosts = (...paths: readonly string[]) =>
    names.flatMap((host) => paths.map((path) => join(mlDirOf({ dir }, host), path)));
  const merged = [join(dir, WORK_NAMES.mergedModel), join(dir, WORK_NAMES.mergedOutput)];
  const paths = [
    ...(artifacts ? [...merged, ...ofHosts(RELATIVE_PATHS.modelDir, RELATIVE_PATHS.outputDataDir)] : []),
    ...(checkpoints ? ofHosts(RELATIVE_PATHS.checkpointDir) : []),
  ];
  for (const path of paths) {
    if (!isInside(dir, path) || readdirSync(path).length === 0) continue;
    const target = join(kept, relative(dir, path));
    await promises.mkdir(dirname(target), { recursive: true });
    await move(path, target);
  }
  return existsSync(kept) ? kept : undefined;
}

// A program may have replaced a folder above it by a link, which could lead anywhere on this machine.
function isInside(dir: string, path: string): boolean {
  return existsSync(path) && realpathSync(dirname(path)) === join(realpathSync(dir), relative(dir, dirname(path)));
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
