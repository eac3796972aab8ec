import { closeSync, fstatSync, mkdtempSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { JobFolder } from '../job-tree/job-folder.ts';
import { openBelow, openFileBelow } from '../job-tree/open-below.ts';
import { type RawName, readable } from '../job-tree/raw-name.ts';
import { afterCut } from '../process/output-tail.ts';

/** The standard error of ranks that `torchrun` writes to files instead of its own. */
export interface RedirectedErrors {
  /** Variables that name the folder. */
  readonly variables: Readonly<Record<string, string>>;
  /** The end of what each rank of the last attempt wrote, its lines tagged as those of PyTorch; empty without a file. */
  read(firstRank: number): string;
}

const NONE: RedirectedErrors = { variables: {}, read: () => '' };
const TAIL_BYTES = 16 * 1024;
const MOST_RANKS = 16;

/** The files of `PET_REDIRECTS`, by which torchrun's option is set without its command line. They are in `PET_LOG_DIR`. */
export function redirectedErrors(variables: Readonly<NodeJS.ProcessEnv>): RedirectedErrors {
  const redirects = variables['PET_REDIRECTS'] ?? '';
  if (redirects === '' || redirects === '0') return NONE;
  // torchrun's own default is such a folder, whose name it does not print.
  const logDir = variables['PET_LOG_DIR'] || newFolder(variables['TMPDIR'] || '/tmp');
  if (logDir === undefined) return NONE;
  const earlier = new Set(inFolder(logDir, (root) => root.names()) ?? []);
  return {
    variables: { PET_LOG_DIR: logDir },
    read: (firstRank) =>
      inFolder(logDir, (root) => {
        // One folder for each start of torchrun.
        const run = root.names().find((name) => !earlier.has(name));
        return run === undefined ? undefined : errorsOfRun(root, run, firstRank);
      }) ?? '',
  };
}

// Without a folder, torchrun fails with the same error.
const newFolder = (parent: string) => quietly(() => mkdtempSync(join(parent, 'torchelastic_')));

function errorsOfRun(root: JobFolder, run: RawName, firstRank: number): string {
  const path = readable(run);
  const attempt = Math.max(...numbersIn(root, path, /^attempt_(\d+)$/));
  const ranks = numbersIn(root, `${path}/attempt_${attempt}`, /^(\d+)$/).slice(0, MOST_RANKS);
  return ranks
    .map((rank) => {
      const text = quietly(() => endOf(root, `${path}/attempt_${attempt}/${rank}/stderr.log`)) ?? '';
      return text.replaceAll(/^(?!\[rank\d+\]:)(?=.)/gm, `[rank${firstRank + rank}]: `);
    })
    .join('');
}

function numbersIn(root: JobFolder, path: string, pattern: RegExp): readonly number[] {
  const folder = openBelow(root, path);
  try {
    const matches = folder.names().map((name) => pattern.exec(readable(name)));
    return matches.flatMap((match) => (match === null ? [] : [Number(match[1])])).sort((a, b) => a - b);
  } finally {
    folder.close();
  }
}

function endOf(root: JobFolder, path: string): string {
  const descriptor = openFileBelow(root, path);
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const length = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    const kept = buffer.toString('utf8', 0, length);
    const text = size > buffer.length ? afterCut(kept) : kept;
    return text === '' || text.endsWith('\n') ? text : `${text}\n`;
  } finally {
    closeSync(descriptor);
  }
}

function inFolder<Result>(path: string, action: (root: JobFolder) => Result): Result | undefined {
  return quietly(() => {
    const root = JobFolder.openFollowing(path);
    try {
      return action(root);
    } finally {
      root.close();
    }
  });
}

/** A program may have changed or removed the files: then they say nothing about its failure. */
function quietly<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
