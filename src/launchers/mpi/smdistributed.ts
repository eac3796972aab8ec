import { LAUNCHER_PARAMETERS } from '../../contract/launchers.ts';
import { CLUSTER_PORTS } from '../../contract/ports.ts';
import type { TrainingEnvironment } from '../../environment/training-environment.ts';
import { instanceTypeText, interfaceName, processesPerHost, textParameter } from '../launcher-parameters.ts';
import { mpiLauncher } from './mpi-launcher.ts';
import { commonParameters, efaVariables, passedOnNames } from './mpirun-command.ts';

/** The data-parallel library of SageMaker, by Open MPI (contract C70). */
export const smdistributed = mpiLauncher({
  name: 'smdistributed',
  optionsParameter: LAUNCHER_PARAMETERS.dataParallelOptions,
  jobOf: (description, custom) => {
    const { environment } = description;
    const { hosts } = environment.distribution;
    const count = processesPerHost(environment);
    const isSingle = hosts.length === 1;
    return {
      slots: isSingle ? undefined : count,
      processes: count * hosts.length,
      flags: ['--tag-output', '--oversubscribe'],
      parameters: [...commonParameters(environment), ['plm_rsh_num_concurrent', String(hosts.length)]],
      variables: [
        ['NCCL_SOCKET_IFNAME', interfaceName(environment)],
        ['NCCL_DEBUG', custom.ncclDebug],
        ['LD_LIBRARY_PATH', undefined],
        ['PATH', undefined],
        [isSingle ? 'SMDATAPARALLEL_USE_SINGLENODE' : 'SMDATAPARALLEL_USE_HOMOGENEOUS', '1'],
        ['FI_PROVIDER', 'efa'],
        ['RDMAV_FORK_SAFE', '1'],
        ...efaVariables(environment),
        ...serverVariables(environment),
        ...passedOnNames(description),
      ],
      wrapper: environment.installed.smddprun ? ['smddprun'] : [],
    };
  },
});

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
