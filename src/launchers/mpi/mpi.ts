import { LAUNCHER_PARAMETERS } from '../../contract/launchers.ts';
import type { LaunchDescription, Launcher } from '../launcher.ts';
import { countParameter, interfaceName, processesPerHost, textParameter } from '../launcher-parameters.ts';
import { parseCustomOptions } from './custom-options.ts';
import { modelParallelArguments, modelParallelVariables } from './model-parallel.ts';
import { mpiPlan } from './mpi-plan.ts';
import { commonParameters, efaVariables, mpirunCommand, passedOnNames, variablesOf } from './mpirun-command.ts';
import { rankCommand } from './rank-command.ts';
import { runMpi } from './run-mpi.ts';

/** Open MPI: `mpirun` on the first host, an SSH server on the others (contract C62, C63). */
export const mpi: Launcher = {
  plan: (description) => mpiPlan('mpi', description, masterCommand(description, true)),
  run: (description, context) => runMpi(description, masterCommand, context),
};

function masterCommand(description: LaunchDescription, hasMpi4py: boolean): readonly [string, ...string[]] {
  const { environment } = description;
  const { hosts } = environment.distribution;
  const slots = processesPerHost(environment);
  const parameter = LAUNCHER_PARAMETERS.mpiOptions;
  const custom = parseCustomOptions(textParameter(environment, parameter), parameter);
  const command = mpirunCommand({
    hosts: hosts.map((host) => [host, slots]),
    processes: countParameter(environment, LAUNCHER_PARAMETERS.processes) ?? slots * hosts.length,
    flags: ['--display-map', '--tag-output', '-bind-to', 'none', '-map-by', 'slot'],
    parameters: commonParameters(environment),
    variables: variablesOf([
      ['NCCL_MIN_NRINGS', '4'],
      ['NCCL_SOCKET_IFNAME', interfaceName(environment)],
      ['NCCL_DEBUG', custom.ncclDebug],
      ['LD_LIBRARY_PATH', undefined],
      ['PATH', undefined],
      ...efaVariables(environment),
      ...modelParallelVariables(description),
      ...passedOnNames(description),
    ]),
    custom: custom.command,
  });
  return [...command, ...modelParallelArguments(description), ...rankCommand(description, hasMpi4py)];
}
