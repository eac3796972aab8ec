import { basename, dirname, join } from 'node:path';
import { RELATIVE_PATHS } from '../../contract/paths.ts';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { moveEntry } from '../../job-tree/merge-folders.ts';
import { ensureBelow, findFolder, openBelow } from '../../job-tree/open-below.ts';
import { rawName } from '../../job-tree/raw-name.ts';
import { UNDELIVERED, WORK_NAMES } from '../../jobs/job-folder.ts';
import type { UndeliveredParts } from '../../jobs/undelivered-parts.ts';
import { mlPath } from '../ml-dirs.ts';

/** The folder of artifacts and checkpoints that could not be delivered, in the folder `dir` of their job. */
export function undeliveredDir(dir: string): string {
  return join(dir, UNDELIVERED);
}

/**
 * Moves artifacts or checkpoints of a job, whose hosts have ended, to a folder that no clean-up removes. They keep their
 * paths below it, so that they can be collected from there as from the job's folder `dir`. Moving them again after a crash
 * moves the rest. A link in the place of a folder stays. Returns that folder; undefined if there is nothing to keep.
 *
 * @throws System errors.
 */
export async function keepUndelivered(
  dir: string,
  hosts: readonly string[],
  { artifacts, checkpoints }: UndeliveredParts,
): Promise<string | undefined> {
  // A record that somebody has edited must not lead out of the job's folder.
  const names = hosts.filter((host) => basename(host) === host && host !== '..');
  const ofHosts = (...below: readonly string[]) =>
    names.flatMap((host) => below.map((path) => join(mlPath(host), path)));
  const merged = [WORK_NAMES.mergedModel, WORK_NAMES.mergedOutput];
  const paths = [
    ...(artifacts ? [...merged, ...ofHosts(RELATIVE_PATHS.modelDir, RELATIVE_PATHS.outputDataDir)] : []),
    ...(checkpoints ? ofHosts(RELATIVE_PATHS.checkpointDir) : []),
  ];
  const root = JobFolder.open(dir);
  try {
    for (const path of paths) {
      if (hasContent(root, path)) move(root, path, join(UNDELIVERED, path));
    }
    return hasContent(root, UNDELIVERED) ? undeliveredDir(dir) : undefined;
  } finally {
    root.close();
  }
}

function hasContent(root: JobFolder, path: string): boolean {
  const { folder } = findFolder(root, path);
  try {
    return folder !== undefined && folder.names().length > 0;
  } finally {
    folder?.close();
  }
}

function move(root: JobFolder, from: string, to: string): void {
  const [source, target] = [parentOf(root, from, openBelow), parentOf(root, to, ensureBelow)];
  try {
    moveEntry(source, rawName(basename(from)), target, rawName(basename(to)));
  } finally {
    for (const folder of [source, target]) if (folder !== root) folder.close();
  }
}

function parentOf(root: JobFolder, path: string, open: (root: JobFolder, path: string) => JobFolder): JobFolder {
  const parent = dirname(path);
  return parent === '.' ? root : open(root, parent);
}
