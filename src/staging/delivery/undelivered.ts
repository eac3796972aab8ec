import { basename, dirname, join } from 'node:path';
import { RELATIVE_PATHS } from '../../contract/paths.ts';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { moveEntry } from '../../job-tree/merge-folders.ts';
import { ensureBelow, findFolder, openBelow } from '../../job-tree/open-below.ts';
import { rawName } from '../../job-tree/raw-name.ts';
import { UNDELIVERED, WORK_NAMES } from '../../jobs/job-folder.ts';
import type { UndeliveredParts } from '../../jobs/undelivered-parts.ts';
import { mlPath } from '../ml-dirs.ts';
import { findHostFolder } from './left-out.ts';

/** The folder of artifacts and checkpoints that could not be delivered, in the folder `dir` of their job. */
export function undeliveredDir(dir: string): string {
  return join(dir, UNDELIVERED);
}

/**
 * Moves artifacts or checkpoints of a job, whose hosts have ended, to a folder that no clean-up removes. They keep their
 * paths below it, so that they can be collected from there as from the job's folder `dir`. Moving them again after a crash
 * moves the rest. A link in the place of a folder of a host stays; `onLeftOut` receives a sentence that names it. Returns that
 * folder; undefined if there is nothing to keep.
 *
 * @throws System errors.
 */
export async function keepUndelivered(
  dir: string,
  hosts: readonly string[],
  { artifacts, checkpoints }: UndeliveredParts,
  onLeftOut: (sentence: string) => void = () => undefined,
): Promise<string | undefined> {
  // A record that somebody has edited must not lead out of the job's folder.
  const names = hosts.filter((host) => basename(host) === host && host !== '..');
  const dirs = [
    ...(artifacts ? [RELATIVE_PATHS.modelDir, RELATIVE_PATHS.outputDataDir] : []),
    ...(checkpoints ? [RELATIVE_PATHS.checkpointDir] : []),
  ];
  const root = JobFolder.open(dir);
  try {
    for (const path of artifacts ? [WORK_NAMES.mergedModel, WORK_NAMES.mergedOutput] : []) {
      if (hasContent(findFolder(root, path).folder)) move(root, path, join(UNDELIVERED, path));
    }
    for (const host of names) {
      for (const below of dirs) {
        const path = join(mlPath(host), below);
        const place = { mlDir: join(dir, mlPath(host)), dir: below, onLeftOut };
        if (hasContent(findHostFolder(root, dir, place))) move(root, path, join(UNDELIVERED, path));
      }
    }
    return hasContent(findFolder(root, UNDELIVERED).folder) ? undeliveredDir(dir) : undefined;
  } finally {
    root.close();
  }
}

function hasContent(folder: JobFolder | undefined): boolean {
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
