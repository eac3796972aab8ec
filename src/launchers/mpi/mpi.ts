import { LAUNCHER_PARAMETERS } from '../../contract/launchers.ts';
import { countParameter, interfaceName, processesPerHost } from '../launcher-parameters.ts';
import { modelParallelArguments, modelParallelVariables } from './model-parallel.ts';
import { mpiLauncher } from './mpi-launcher.ts';
import { commonParameters, efaVariables, passedOnNames } from './mpirun-command.ts';

/** Open MPI (contract C62, C63). */
export const mpi = mpiLauncher({
  name: 'mpi',
  optionsParameter: LAUNCHER_PARAMETERS.mpiOptions,
  jobOf: (description, custom) => {
    const { environment } = description;
    const slots = processesPerHost(environment);
    const count = slots * environment.distribution.hosts.length;
    return {
      slots: slots > 1 ? slots : undefined,
      processes: countParameter(environment, LAUNCHER_PARAMETERS.processes) ?? count,
      flags: ['--display-map', '--tag-output', '-bind-to', 'none', '-map-by', 'slot'],
      parameters: commonParameters(environment),
      variables: [
        ['NCCL_MIN_NRINGS', '4'],
        ['NCCL_SOCKET_IFNAME', interfaceName(environment)],
        ['NCCL_DEBUG', custom.ncclDebug],
        ['LD_LIBRARY_PATH', undefined],
        ['PATH', undefined],
        ...efaVariables(environment),
        ...modelParallelVariables(description),
        ...passedOnNames(description),
      ],
      wrapper: modelParallelArguments(description),
    };
  },
});
