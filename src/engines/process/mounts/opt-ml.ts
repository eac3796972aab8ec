import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DEFAULT_BASE_DIR, RELATIVE_PATHS } from '../../../contract/paths.ts';
import { JobFolder } from '../../../job-tree/job-folder.ts';
import { ensureBelow, isFolderBelow } from '../../../job-tree/open-below.ts';
import type { Mount } from '../../engine.ts';
import { folderCommands } from './added-folder.ts';
import { tryingLine } from './lacks.ts';

/** The folder for temporary files of a host that has `/opt/ml`. Short: the path of a socket has at most 107 bytes. */
export const TEMPORARY_DIR = join(DEFAULT_BASE_DIR, 'tmp');

/**
 * Commands for the shell of a host that make `/opt/ml` a folder there, over which the host's own can be mounted.
 * `staging` is a path in a folder of ours. If this fails, the shell prints why, and goes on. A folder of the machine is
 * covered too: removing it would take the mounts of the host away, and let `train` write to the machine.
 */
export function optMlLines(mount: string, staging: string): readonly string[] {
  const commands = folderCommands(DEFAULT_BASE_DIR, { mount, staging });
  // Where it cannot be covered, it is still there to be mounted on.
  if (existsSync(DEFAULT_BASE_DIR)) return [`{ ${commands.join(' && ')}; } </dev/null >/dev/null 2>&1`];
  return [tryingLine(DEFAULT_BASE_DIR, commands)];
}

const KEPT = [
  RELATIVE_PATHS.inputDir,
  RELATIVE_PATHS.inputConfigDir,
  RELATIVE_PATHS.inputDataDir,
  RELATIVE_PATHS.modelDir,
  RELATIVE_PATHS.outputDir,
  RELATIVE_PATHS.outputDataDir,
  RELATIVE_PATHS.checkpointDir,
];

/**
 * Mounts that make `mlDir` the host's `/opt/ml`. Each folder of the contract is a mount, as on the platform: a program can
 * neither remove it nor put a link in its place. Makes the folder for temporary files at the path `temporary`.
 */
export function optMlMounts(mlDir: string, temporary: string): readonly Mount[] {
  mkdirSync(temporary);
  const writable = (source: string, target: string): Mount => ({ source, target, isReadOnly: false });
  return [
    writable(mlDir, DEFAULT_BASE_DIR),
    writable(temporary, TEMPORARY_DIR),
    ...keptFolders(mlDir).map((path) => writable(join(mlDir, path), join(DEFAULT_BASE_DIR, path))),
  ];
}

function keptFolders(mlDir: string): readonly string[] {
  const root = JobFolder.open(mlDir);
  try {
    ensureBelow(root, basename(TEMPORARY_DIR)).close();
    return KEPT.filter((path) => isFolderBelow(root, path));
  } finally {
    root.close();
  }
}
