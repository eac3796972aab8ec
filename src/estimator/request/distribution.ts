import { LAUNCHER_PARAMETERS, LAUNCHER_SWITCHES, type LauncherName } from '../../contract/launchers.ts';
import { DISTRIBUTION_INSTANCE_GROUPS } from '../../contract/toolkit-hyperparameters.ts';
import { isObject } from '../../json/read-value.ts';
import type { EitherOf } from './either-of.ts';
import type { Hyperparameter } from './hyperparameters.ts';
import { usageError } from './usage-error.ts';

/** Whether a strategy is used. */
export interface Enabled {
  readonly enabled: boolean;
}

/** MPI: `mpirun` starts the program. */
export interface MpiDistribution extends Enabled {
  readonly processesPerHost?: number;
  readonly customMpiOptions?: string;
}

/** SageMaker's data parallel library; on other images, ranks of torchrun. */
export interface DataParallelDistribution extends Enabled {
  readonly customMpiOptions?: string;
}

interface Strategies {
  /** torchrun starts the program on each host. */
  readonly torchDistributed: Enabled;
  readonly mpi: MpiDistribution;
  readonly pytorchddp: DataParallelDistribution;
  /** Parameter servers of TensorFlow. */
  readonly parameterServer: Enabled;
  /** `MultiWorkerMirroredStrategy` of TensorFlow. */
  readonly multiWorkerMirroredStrategy: Enabled;
}

/** How several processes or hosts train together: one strategy. */
export type Distribution = EitherOf<Strategies> & {
  /** The name of the instance group that trains, where the job has several. */
  readonly instanceGroups?: readonly string[];
};

/** The members of each strategy. */
const MEMBERS: { readonly [Name in keyof Strategies]: Readonly<Record<keyof Strategies[Name], 1>> } = {
  torchDistributed: { enabled: 1 },
  mpi: { enabled: 1, processesPerHost: 1, customMpiOptions: 1 },
  pytorchddp: { enabled: 1, customMpiOptions: 1 },
  parameterServer: { enabled: 1 },
  multiWorkerMirroredStrategy: { enabled: 1 },
};
const STRATEGIES = Object.keys(MEMBERS);

const WHERE = 'distribution';

/**
 * The hyperparameters by which `train` starts a distributed program, as the Python SDK writes them.
 *
 * @throws OptmlError USAGE for strategies that do not go together, and unknown ones.
 */
export function distributionHyperparameters(
  distribution: Distribution,
  instances: { readonly instanceType?: string | undefined; readonly groupNames: readonly string[] },
): Record<string, Hyperparameter> {
  const given = checkedStrategy(distribution);
  if (given === undefined) return {};
  const { instanceType } = instances;
  const groups = trainingGroups(distribution, instances.groupNames);
  const named = groups.length > 0 && { [DISTRIBUTION_INSTANCE_GROUPS]: groups };
  const typed = instanceType !== undefined && { [LAUNCHER_PARAMETERS.instanceType]: instanceType };
  const { torchDistributed, mpi, pytorchddp, parameterServer, multiWorkerMirroredStrategy } = given;
  if (torchDistributed !== undefined) {
    return torchDistributed.enabled ? { [switchOf('torchrun')]: true, ...typed } : {};
  }
  if (mpi !== undefined) {
    return {
      ...named,
      [switchOf('mpi')]: mpi.enabled,
      ...(mpi.processesPerHost !== undefined && { [LAUNCHER_PARAMETERS.processesPerHost]: mpi.processesPerHost }),
      [LAUNCHER_PARAMETERS.mpiOptions]: mpi.customMpiOptions ?? '',
    };
  }
  if (pytorchddp !== undefined) {
    return {
      ...named,
      [switchOf('smdistributed')]: pytorchddp.enabled,
      ...typed,
      ...(pytorchddp.enabled && { [LAUNCHER_PARAMETERS.dataParallelOptions]: pytorchddp.customMpiOptions ?? '' }),
    };
  }
  if (parameterServer !== undefined) return { [switchOf('parameter-server')]: parameterServer.enabled };
  return { [switchOf('multi-worker')]: multiWorkerMirroredStrategy?.enabled ?? false };
}

/** The parameter that chooses a launcher; of two, the newer one. */
function switchOf(launcher: LauncherName): string {
  return LAUNCHER_SWITCHES.findLast(([, name]) => name === launcher)?.[0] ?? '';
}

function checkedStrategy(distribution: Distribution): Partial<Strategies> | undefined {
  if (!isObject(distribution)) {
    throw usageError('expected an object', WHERE, 'Pass a strategy, such as { torchDistributed: { enabled: true } }.');
  }
  const given = distribution as Partial<Strategies> & Readonly<Record<string, unknown>>;
  const names = Object.keys(given).filter((name) => given[name] !== undefined && name !== 'instanceGroups');
  if ('smdistributed' in given) {
    throw usageError('smdistributed is not supported', WHERE, 'Use "pytorchddp" for data parallel training.');
  }
  const unknown = names.find((name) => !STRATEGIES.includes(name));
  if (unknown !== undefined) {
    throw usageError(`unknown strategy "${unknown}"`, WHERE, `Use one of ${STRATEGIES.join(', ')}.`);
  }
  if (names.length > 1) {
    throw usageError(`got more than one strategy: ${names.join(', ')}`, WHERE, 'Leave all but one of them out.');
  }
  const [name] = names as (keyof Strategies)[];
  if (name === undefined) return undefined;
  if (typeof given[name]?.enabled !== 'boolean') {
    throw usageError('expected { enabled: true }', `${WHERE}.${name}`, 'Set "enabled" to true or false.');
  }
  const known = Object.keys(MEMBERS[name]);
  const more = Object.keys(given[name]).find((member) => !known.includes(member));
  if (more !== undefined) {
    throw usageError(`unknown member "${more}"`, `${WHERE}.${name}`, `Its members are ${known.join(', ')}.`);
  }
  return given;
}

function trainingGroups({ instanceGroups = [] }: Distribution, groupNames: readonly string[]): readonly string[] {
  const where = `${WHERE}.instanceGroups`;
  const unknown = instanceGroups.find((name) => !groupNames.includes(name));
  if (unknown !== undefined) {
    throw usageError(`the job has no instance group "${unknown}"`, where, 'Name one of its instanceGroups.');
  }
  if (groupNames.length === 1) return groupNames;
  if (groupNames.length > 1 && instanceGroups.length !== 1) {
    throw usageError('expected one instance group that trains', where, "Name one of the job's instanceGroups.");
  }
  return instanceGroups;
}
