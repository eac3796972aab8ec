import { CREDENTIAL_VARIABLES, EFA_RDMA_TYPES, EFA_TYPES } from '../../contract/launchers.ts';
import type { TrainingEnvironment } from '../../environment/training-environment.ts';
import type { LaunchDescription } from '../launcher.ts';
import { instanceTypeText, interfaceName } from '../launcher-parameters.ts';
import { SSH_OPTIONS } from './ssh/ssh-client.ts';

/** What `mpirun` is given, in groups; the order among its options has no meaning to it. */
export interface MpirunOptions {
  /** Host → the number of slots after its name, if there is one. */
  readonly hosts: ReadonlyArray<readonly [host: string, slots: number | undefined]>;
  readonly processes: number;
  /** Options without a value of ours to keep apart. */
  readonly flags: readonly string[];
  /** Open MPI's own parameters. */
  readonly parameters: ReadonlyArray<readonly [name: string, value: string]>;
  /** Variables for every rank: name → value, or undefined for the one of `mpirun` itself. */
  readonly variables: ReadonlyMap<string, string | undefined>;
  readonly custom: readonly string[];
}

/** The command line up to the program. */
export function mpirunCommand(options: MpirunOptions): readonly [string, ...string[]] {
  const { hosts, processes, flags, parameters, variables, custom } = options;
  const hostList = hosts.map(([host, slots]) => (slots === undefined ? host : `${host}:${slots}`)).join(',');
  return [
    'mpirun',
    ...['--host', hostList, '-np', String(processes), '--allow-run-as-root', ...flags],
    ...parameters.flatMap(([name, value]) => ['-mca', name, value]),
    ...[...variables].flatMap(([name, value]) => ['-x', value === undefined ? name : `${name}=${value}`]),
    ...custom,
  ];
}

/** Parameters of every job: the reference's (contract C63), and what makes a cut network known within seconds. */
export function commonParameters(environment: TrainingEnvironment): ReadonlyArray<readonly [string, string]> {
  const network = interfaceName(environment);
  return [
    ['btl_tcp_if_include', network],
    ['oob_tcp_if_include', network],
    ['plm_rsh_no_tree_spawn', '1'],
    ['pml', 'ob1'],
    ['btl', '^openib'],
    ['orte_abort_on_non_zero_status', '1'],
    ['btl_vader_single_copy_mechanism', 'none'],
    ['plm_rsh_args', SSH_OPTIONS.join(' ')],
    // Measured: without these mpirun and its daemons outlive a cut network by more than 22 s, with them by 4 s.
    ['oob_tcp_keepalive_time', '1'],
    ['oob_tcp_keepalive_intvl', '1'],
    ['oob_tcp_keepalive_probes', '3'],
  ];
}

/** Variables for EFA, by the lists of C64. */
export function efaVariables(environment: TrainingEnvironment): ReadonlyArray<readonly [string, string]> {
  const type = instanceTypeText(environment);
  const result: Array<readonly [string, string]> = [];
  if (EFA_TYPES.includes(type)) result.push(['FI_PROVIDER', 'efa'], ['NCCL_PROTO', 'simple']);
  if (EFA_RDMA_TYPES.includes(type)) result.push(['FI_EFA_USE_DEVICE_RDMA', '1']);
  return result;
}

/** Names of variables whose values `mpirun` takes from its own environment: those of the program, and credentials. */
export function passedOnNames({ exported, variables }: LaunchDescription): ReadonlyArray<readonly [string, undefined]> {
  const credentials = CREDENTIAL_VARIABLES.filter((name) => variables[name]);
  return [...credentials, ...exported.keys()].map((name) => [name, undefined]);
}

/** Of a variable that is named more than once the first counts: a value of our own before that of the environment. */
export function variablesOf(
  entries: Iterable<readonly [string, string | undefined]>,
): ReadonlyMap<string, string | undefined> {
  const result = new Map<string, string | undefined>();
  for (const [name, value] of entries) if (!result.has(name)) result.set(name, value);
  return result;
}
