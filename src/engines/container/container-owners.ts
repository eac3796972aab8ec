import { giveTree } from '../../job-tree/give-tree.ts';
import { callingUser, type User } from '../../process/calling-user.ts';
import type { EngineContext, HostSpec, Mount } from '../engine.ts';
import { labelArguments } from './container-arguments.ts';
import { lastLines } from './container-errors.ts';
import { type ContainerEngineName, DIALECTS } from './dialects.ts';
import { type EngineCli, LIMITS_MS, runCli, signalAfter } from './engine-cli.ts';
import { mountArguments } from './mount-arguments.ts';
import { hasForeign, openToOwner } from './take-over.ts';

// After the user has asked for an immediate end: without it the files cannot be delivered.
const OWNERS_MS = 60_000;

/** The job's own image runs the helper: another would have to be pulled. */
export interface OwnerHelper {
  readonly image: string;
  readonly labels: readonly string[];
}

/**
 * Makes what a container has written below a host's `mlDir` and its writable mounts the calling user's own, whichever user the
 * container's user was, and readable. Never throws: what stays another user's is warned of.
 */
export async function takeOverFiles(
  cli: EngineCli,
  host: Pick<HostSpec, 'mlDir' | 'mounts'>,
  { context, helper }: { readonly context: Pick<EngineContext, 'warn' | 'endNow'>; readonly helper: OwnerHelper },
): Promise<void> {
  const folders = [host.mlDir, ...host.mounts.filter((mount) => !mount.isReadOnly).map((mount) => mount.source)];
  const user = callingUser(cli.variables);
  try {
    if (process.getuid?.() === 0) {
      for (const folder of folders) await giveTree(folder, user);
      return;
    }
    const foreign = await foldersWithForeign(folders, user);
    if (foreign.length > 0) {
      const problem = await giveByEngine(cli, foreign, {
        user,
        helper,
        signal: signalAfter(context.endNow, OWNERS_MS),
      });
      if (problem !== '') context.warn(notTaken(foreign, problem));
    }
    for (const folder of folders) await openToOwner(folder);
  } catch (error) {
    context.warn(notTaken(folders, error instanceof Error ? error.message : String(error)));
  }
}

async function foldersWithForeign(folders: readonly string[], user: User): Promise<readonly string[]> {
  const isForeign = await Promise.all(folders.map((folder) => hasForeign(folder, user)));
  return folders.filter((_, index) => isForeign[index]);
}

async function giveByEngine(
  cli: EngineCli,
  folders: readonly string[],
  {
    user,
    helper,
    signal,
  }: { readonly user: User; readonly helper: OwnerHelper; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  const isRootless = await isEngineRootless(cli);
  // In the user's own namespace, its root is the user.
  const args =
    cli.name === 'podman' && isRootless
      ? ['unshare', 'chown', '-R', '-h', '0:0', ...folders]
      : chownArguments(cli.name as ContainerEngineName, folders, {
          user: isRootless ? { uid: 0, gid: 0 } : user,
          helper,
        });
  const { code, stderr } = await runCli(cli, args, { limitMs: LIMITS_MS.files, signal });
  return code === 0 ? '' : lastLines(stderr, 1) || `exit code ${code}`;
}

async function isEngineRootless(cli: EngineCli): Promise<boolean> {
  const { stdout } = await runCli(cli, ['info', '--format', '{{json .}}']);
  return /"rootless": ?true|"name=rootless"/.test(stdout);
}

/** Arguments that run `chown` as root in a container of the job's image, over folders of this machine. */
export function chownArguments(
  engine: ContainerEngineName,
  folders: readonly string[],
  { user, helper }: { readonly user: User; readonly helper: OwnerHelper },
): readonly string[] {
  const mounts: readonly Mount[] = folders.map((source, index) => ({
    source,
    target: `/optml-folders/${index}`,
    isReadOnly: false,
  }));
  const { runOptions, hasCsvMounts } = DIALECTS[engine];
  return [
    'run',
    '--rm',
    '--pull=never',
    '--network',
    'none',
    '--user',
    '0:0',
    ...labelArguments(helper.labels),
    ...runOptions,
    ...mountArguments(mounts, hasCsvMounts),
    '--entrypoint',
    'chown',
    helper.image,
    '-R',
    '-h',
    `${user.uid}:${user.gid}`,
    ...mounts.map((mount) => mount.target),
  ];
}

function notTaken(folders: readonly string[], problem: string): string {
  return `some files of the container still belong to its user, not to you: ${folders.join(', ')} (${problem})`;
}
