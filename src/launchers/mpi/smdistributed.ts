import { LAUNCHER_PARAMETERS } from '../../contract/launchers.ts';
import { CLUSTER_PORTS } from '../../contract/ports.ts';
import type { TrainingEnvironment } from '../../environment/training-environment.ts';
import type { LaunchDescription, Launcher } from '../launcher.ts';
import { instanceTypeText, interfaceName, processesPerHost, textParameter } from '../launcher-parameters.ts';
import { parseCustomOptions } from './custom-options.ts';
import { mpiPlan } from './mpi-plan.ts';
import { commonParameters, efaVariables, mpirunCommand, passedOnNames, variablesOf } from './mpirun-command.ts';
import { rankCommand } from './rank-command.ts';
import { runMpi } from './run-mpi.ts';

/** The data-parallel library of SageMaker, by Open MPI (contract C70). */
export const smdistributed: Launcher = {
  plan: (description) => mpiPlan('smdistributed', description, masterCommand(description, true)),
  run: (description, context) => runMpi(description, masterCommand, context),
};

function masterCommand(description: LaunchDescription, hasMpi4py: boolean): readonly [string, ...string[]] {
  const { environment } = description;
  const { hosts } = environment.distribution;
  const count = processesPerHost(environment);
  const parameter = LAUNCHER_PARAMETERS.dataParallelOptions;
  const custom = parseCustomOptions(textParameter(environment, parameter), parameter);
  const command = mpirunCommand({
    hosts: hosts.map((host) => [host, hosts.length === 1 ? 1 : count]),
    processes: count * hosts.length,
    flags: ['--tag-output', '--oversubscribe'],
    parameters: [...commonParameters(environment), ['plm_rsh_num_concurrent', String(hosts.length)]],
    variables: variablesOf([
      ['NCCL_SOCKET_IFNAME', interfaceName(environment)],
      ['NCCL_DEBUG', custom.ncclDebug],
      ['LD_LIBRARY_PATH', undefined],
      ['PATH', undefined],
      [hosts.length === 1 ? 'SMDATAPARALLEL_USE_SINGLENODE' : 'SMDATAPARALLEL_USE_HOMOGENEOUS', '1'],
      ['FI_PROVIDER', 'efa'],
      ['RDMAV_FORK_SAFE', '1'],
      ...efaVariables(environment),
      ...serverVariables(environment),
      ...passedOnNames(description),
    ]),
    custom: custom.command,
  });
  const runner = environment.installed.smddprun ? ['smddprun'] : [];
  return [...command, ...runner, ...rankCommand(description, hasMpi4py)];
}

// Between several hosts a server of the library's own is found by these.
function serverVariables(environment: TrainingEnvironment): ReadonlyArray<readonly [string, string]> {
  const { hosts, masterHost } = environment.distribution;
  if (hosts.length === 1) return [];
  return [
    ['SMDATAPARALLEL_SERVER_ADDR', masterHost],
    ['SMDATAPARALLEL_SERVER_PORT', String(CLUSTER_PORTS.dataParallelServer)],
    [
      'SAGEMAKER_INSTANCE_TYPE',
      textParameter(environment, LAUNCHER_PARAMETERS.instanceType) || instanceTypeText(environment),
    ],
  ];
}
