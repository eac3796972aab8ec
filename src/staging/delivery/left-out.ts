import { join, relative } from 'node:path';
import type { JobFolder } from '../../job-tree/job-folder.ts';
import { type FoundFolder, findFolder, type Obstacle } from '../../job-tree/open-below.ts';
import { quoteName, rawName } from '../../job-tree/raw-name.ts';

/** A folder of a host, in the tree of a job. */
export interface HostPlace {
  /** The host's `/opt/ml`, absolute, below the folder of the job. */
  readonly mlDir: string;
  /** Path below it. */
  readonly dir: string;
}

/**
 * Opens a folder of a host; `root` is the job's folder. If a job has put a link or anything else in its place, `onLeftOut`
 * receives a sentence that names it, and nothing is opened. The caller closes the folder.
 *
 * @throws System errors.
 */
export function findHostFolder(
  root: JobFolder,
  workDir: string,
  { mlDir, dir, onLeftOut }: HostPlace & { readonly onLeftOut: (sentence: string) => void },
): JobFolder | undefined {
  const ml = relative(workDir, mlDir);
  const { folder, obstacle }: FoundFolder = findFolder(root, join(ml, dir));
  if (obstacle !== undefined) onLeftOut(sentenceOf(obstacle, ml));
  return folder;
}

const KINDS: Readonly<Record<Exclude<Obstacle['kind'], 'link'>, string>> = {
  'file system': 'another file system',
  'no folder': 'not a folder',
};

/** Says what is in the place of a host's folder: `model of algo-1 is a symbolic link to "/data"`. */
function sentenceOf({ path, target, kind }: Obstacle, ml: string): string {
  const [host = '', name = 'ml'] = ml.split('/').slice(-2);
  const below = path.startsWith(`${rawName(ml)}/`) ? path.slice(rawName(ml).length + 1) : name;
  const what = kind === 'link' ? `a symbolic link to ${quoteName(target ?? '')}` : KINDS[kind];
  return `${below} of ${host} is ${what}`;
}

/** The warning for a sentence of {@link findHostFolder}. */
export function leftOutWarning(sentence: string): string {
  return `${sentence}. optml follows no links of a job: what it leads to is unchanged, and is not delivered. Write to the folder itself`;
}
