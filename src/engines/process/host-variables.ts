import { instanceHostName } from '../../contract/hosts.ts';
import { DEFAULT_BASE_DIR, pathBelowBase } from '../../contract/paths.ts';
import { VARIABLES } from '../../contract/variables.ts';
import { MARK_VARIABLE, markValue } from '../../process/family.ts';
import type { ComingHost, ContainerJob } from '../engine.ts';
import { TEMPORARY_DIR } from './mounts/opt-ml.ts';

/** With it `train` does not wait until the names of hosts resolve (contract C30). */
const NO_WAITING = VARIABLES.studioLocalMode;

type Variables = Readonly<Record<string, string>>;

/** The environment of a host that has `/opt/ml`: PATH and HOME of the user, its own, that of the job. */
export function hostVariables(
  { environment, name }: ComingHost,
  job: Pick<ContainerJob, 'hosts'>,
  { PATH = '', HOME = '' }: Readonly<NodeJS.ProcessEnv>,
): Variables {
  const own = { PATH, HOME, HOSTNAME: hostNameIn(job, name), TMPDIR: TEMPORARY_DIR };
  return { ...own, ...environment, [VARIABLES.baseDir]: DEFAULT_BASE_DIR };
}

/** The environment of a host that has no namespaces. */
export function plainVariables(
  { environment, mlDir }: ComingHost,
  { PATH = '', HOME = '' }: Readonly<NodeJS.ProcessEnv>,
): Variables {
  return { PATH, HOME, [NO_WAITING]: 'true', ...environment, ...foldersIn(mlDir, environment) };
}

/** What differs where a host has namespaces, but no `/opt/ml`. */
export function withoutOptMl({ environment, mlDir }: ComingHost): Variables {
  return { TMPDIR: '/tmp', ...environment, ...foldersIn(mlDir, environment) };
}

// Variables of the platform that lead below /opt/ml.
function foldersIn(mlDir: string, { [VARIABLES.warmPoolCache]: cache }: Variables): Variables {
  const ownCache = cache && pathBelowBase(cache, mlDir);
  return { [VARIABLES.baseDir]: mlDir, ...(ownCache && { [VARIABLES.warmPoolCache]: ownCache }) };
}

/** With the mark by which the processes of the host are found. */
export function withMark(variables: Variables, mark: string): Variables {
  return { ...variables, [MARK_VARIABLE]: markValue(mark, {}) };
}

/** The name that the system of a host has. */
export function hostNameIn({ hosts }: Pick<ContainerJob, 'hosts'>, host: string): string {
  return instanceHostName(hosts.indexOf(host) + 1);
}
