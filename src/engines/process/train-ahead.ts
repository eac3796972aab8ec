import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { instanceHostName } from '../../contract/hosts.ts';
import { jobsDirOf, OWN_PREFIX } from '../../jobs/jobs-dir.ts';
import { makeOwnedFolder } from '../../jobs/owned-folder.ts';
import { signalGroup } from '../../process/family.ts';
import { ownEnvironmentFile } from './environment-file.ts';
import { writeNameFiles } from './hosts-files.ts';
import { findTools } from './namespace-tools.ts';
import { type Namespaces, namespaceTools } from './namespaces.ts';
import { waitingCommand } from './shells/host-command.ts';
import { type HostShell, startHostShell } from './shells/host-shell.ts';

/** A host with a `train` that waits, started when nothing was known of the job. */
export interface TrainAhead {
  readonly shell: HostShell;
  readonly namespaces: Namespaces;
  /** A folder of its own, with the files by which names resolve: none of the job's do as yet. Absolute. */
  readonly dir: string;
  /** Where the pipes for its output are, if they could be made: then `train` waits, once the shell is up. */
  readonly fifo: string;
  /** Ends it where it still runs, and removes its folder. */
  readonly close: () => void;
}

/**
 * Starts a host with the user's PATH and HOME alone: Node's start takes longest of all, and `optml run` loads its own parts
 * meanwhile. Undefined if it cannot start (then the job's own start says why), and before the first of all jobs, which makes
 * the folder of jobs. It ends with this process.
 */
export function startTrainAhead(variables: Readonly<NodeJS.ProcessEnv>): TrainAhead | undefined {
  const namespaces = namespaceTools(findTools(variables));
  const parent = jobsDirOf(variables);
  if (typeof namespaces === 'string' || namespaces.nsenter === undefined || !existsSync(parent)) return undefined;
  try {
    const dir = makeOwnedFolder(parent, OWN_PREFIX);
    const { PATH = '', HOME = '' } = variables;
    const fifo = join(dir, 'output');
    // Before the fork: afterwards each page that is written to has to be copied.
    const replacements = [...writeNameFiles([], dir), ...ownEnvironmentFile(`${fifo}-environment`, namespaces)];
    const shell = startHostShell({
      around: { namespaces, network: [] },
      cwd: dir,
      variables: { PATH, HOME },
      prepare: () => ({
        replacements,
        hostName: instanceHostName(1),
        fifo,
        ahead: waitingCommand(),
      }),
    });
    return { shell, namespaces, dir, fifo, close: () => close(shell, dir) };
  } catch {
    return undefined;
  }
}

function close({ child }: HostShell, dir: string): void {
  const { pid, exitCode, signalCode } = child;
  if (pid !== undefined && exitCode === null && signalCode === null) signalGroup(pid, 'SIGKILL');
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch {
    // The shell may be writing to it still: the next run removes it.
  }
}

/**
 * Whether a variable may mean something to a Node that starts: to itself (`NODE_ENV` is for what it runs), its libraries, or
 * the system's loader.
 */
export function isReadAtStart(name: string): boolean {
  return /^(?:NODE(?!_ENV$)|UV|ICU|LD|LC|MALLOC|GLIBC|OPENSSL|SSL)_|^(?:LANG|LANGUAGE|TZ)$/.test(name);
}

/** Whether a variable makes a program run code of the user's at its start, which may need the mounts of its host. */
export function runsCodeAtStart(name: string): boolean {
  return /^(?:NODE_OPTIONS|LD_PRELOAD|LD_AUDIT)$/.test(name);
}
