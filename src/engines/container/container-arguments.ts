import { instanceHostName } from '../../contract/hosts.ts';
import type { ContainerJob, HostLimits, Mount } from '../engine.ts';
import { type ContainerEngineName, DIALECTS } from './dialects.ts';
import { gpuArguments } from './gpu-arguments.ts';
import { mountArguments } from './mount-arguments.ts';

/** What limits and widens a container, as the user asks for it; each in the engine's own words. */
export interface ContainerResources {
  /** GPUs to pass through: `all`, a count, or `device=0,1`. */
  readonly gpus?: string | undefined;
  /** Size of shared memory, such as `2g`. */
  readonly shmSize?: string | undefined;
  /** The user that the program runs as: a name, or numbers as `1000:1000`. */
  readonly user?: string | undefined;
  /** Most memory that each host may use, such as `8g`. */
  readonly memory?: string | undefined;
}

/** One container to be run. */
export interface ContainerSpec extends ContainerResources {
  readonly name: string;
  readonly image: string;
  readonly job: Pick<ContainerJob, 'entrypoint' | 'arguments' | 'hosts'>;
  /** The host's name, `algo-N`. */
  readonly host: string;
  readonly network: string;
  /** Address of each host on the network, where we choose them. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly labels: readonly string[];
  readonly mounts: readonly Mount[];
  /** `--env` and `--env-file` options. */
  readonly environment: readonly string[];
  /** `NAME:ADDRESS` of further names. */
  readonly names: readonly string[];
  readonly limits?: HostLimits;
}

/**
 * Arguments that run a host's container as the platform does (contract C1, C3, C4): no terminal, no input, the image's
 * user, no capabilities beyond the engine's own, and its first process is process 1. The program may gain privileges, as
 * with `sudo`: images with another user depend on it.
 */
export function runArguments(engine: ContainerEngineName, spec: ContainerSpec): readonly string[] {
  const { entrypoint } = spec.job;
  return [
    'run',
    '--name',
    spec.name,
    '--pull=never',
    ...labelArguments(spec.labels),
    ...DIALECTS[engine].runOptions,
    ...networkArguments(engine, spec),
    ...option('--shm-size', spec.shmSize),
    ...option('--memory', spec.memory),
    ...gpuArguments(engine, spec.gpus),
    ...limitArguments({ ...(spec.user !== undefined && { user: spec.user }), ...spec.limits }),
    ...mountArguments(spec.mounts, DIALECTS[engine].hasCsvMounts),
    ...spec.environment,
    ...(entrypoint === undefined ? [] : ['--entrypoint', entrypoint[0] ?? '']),
    spec.image,
    ...commandOf(spec.job),
  ];
}

function limitArguments({ user, isReadOnlyRoot, memoryBytes, hasTerminal, disks = [] }: HostLimits): readonly string[] {
  return [
    ...option('--user', user),
    ...(isReadOnlyRoot === true ? ['--read-only', '--tmpfs', '/tmp'] : []),
    ...option('--memory', memoryBytes?.toString()),
    ...(hasTerminal === true ? ['--tty'] : []),
    ...disks.flatMap(({ target, options }) => ['--tmpfs', `${target}:${options}`]),
  ];
}

// Contract C3's three cases. Giving `--entrypoint` makes every engine drop the image's CMD.
function commandOf({ entrypoint, arguments: command }: ContainerSpec['job']): readonly string[] {
  if (entrypoint !== undefined) return [...entrypoint.slice(1), ...(command ?? [])];
  return command ?? ['train'];
}

function networkArguments(engine: ContainerEngineName, spec: ContainerSpec): readonly string[] {
  const further = [...spec.names, ...(spec.limits?.names ?? [])].flatMap((name) => ['--add-host', name]);
  switch (DIALECTS[engine].names) {
    case 'alias':
      return [
        '--network',
        spec.network,
        '--network-alias',
        spec.host,
        '--hostname',
        platformHostname(spec),
        ...further,
      ];
    case 'addresses': {
      const hosts = [...spec.addresses].flatMap(([host, address]) => ['--add-host', `${host}:${address}`]);
      const own = option('--ip', spec.addresses.get(spec.host));
      return ['--network', spec.network, ...own, '--hostname', platformHostname(spec), ...hosts, ...further];
    }
    case 'hostname':
      return ['--network', spec.network, '--hostname', spec.host, ...further];
  }
}

function platformHostname({ host, job }: ContainerSpec): string {
  return instanceHostName(job.hosts.indexOf(host) + 1);
}

/** Arguments that make the job's network; on an isolated one the hosts reach nothing but one another (contract C7). */
export function networkCreateArguments(
  engine: ContainerEngineName,
  name: string,
  { isIsolated, labels }: { readonly isIsolated: boolean; readonly labels: readonly string[] },
): readonly string[] {
  const internal = isIsolated ? ['--internal'] : [];
  return ['network', 'create', ...DIALECTS[engine].networkOptions, ...internal, ...labelArguments(labels), name];
}

/** Arguments that end containers and remove them with their anonymous volumes. */
export function removeArguments(engine: ContainerEngineName, names: readonly string[]): readonly string[] {
  return ['rm', ...DIALECTS[engine].removeOptions, ...names];
}

/** Labels as options. */
export function labelArguments(labels: readonly string[]): readonly string[] {
  return labels.flatMap((label) => ['--label', label]);
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}
