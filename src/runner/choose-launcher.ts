import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { OptmlError } from '../errors/error.ts';
import { pythonTruth } from '../json/python.ts';
import type { Log } from '../log/log.ts';
import type { Launcher } from './launcher.ts';
import { plainProcess } from './plain-process.ts';

/** Framework parameters that ask for a launcher, in the order in which they are looked at (contract C68). */
const LAUNCHER_PARAMETERS = [
  'sagemaker_mpi_enabled',
  'sagemaker_pytorch_ddp_enabled',
  'sagemaker_torch_distributed_enabled',
  'sagemaker_distributed_dataparallel_enabled',
  'sagemaker_pytorch_xla_multi_worker_enabled',
] as const;

/** Framework parameters by which a plain process gets a cluster description (contract C69). */
const CLUSTER_PARAMETERS = [
  'sagemaker_parameter_server_enabled',
  'sagemaker_multi_worker_mirrored_strategy_enabled',
] as const;

/**
 * The launcher that the job's parameters ask for on this host (contract C68). A host whose instance group takes no part
 * runs the plain process.
 *
 * @throws OptmlError LAUNCHER_UNSUPPORTED: running such a job as a plain process would be silently wrong.
 */
export function chooseLauncher(environment: TrainingEnvironment, log: Log): Launcher {
  const { frameworkParameters, distribution, resources } = environment;
  if (!distribution.hosts.includes(resources.currentHost)) return plainProcess;
  const isOn = (name: string) => pythonTruth(frameworkParameters.get(name));
  const wanted = LAUNCHER_PARAMETERS.find(isOn);
  if (wanted !== undefined) {
    throw new OptmlError(
      'LAUNCHER_UNSUPPORTED',
      `the job asks for a launcher (${wanted}) that this version of optml does not have`,
      {
        where: `hyperparameter ${wanted}`,
        fix: 'Leave the distribution out, or start the processes from your own program.',
      },
    );
  }
  const cluster = CLUSTER_PARAMETERS.find(isOn);
  if (cluster !== undefined) {
    log.warn(`${cluster}: TF_CONFIG is not set by this version of optml; the program runs as a plain process`);
  }
  return plainProcess;
}
