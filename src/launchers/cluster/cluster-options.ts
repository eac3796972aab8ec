import { VARIABLES } from '../../contract/variables.ts';
import type { TrainingEnvironment } from '../../environment/training-environment.ts';
import type { LaunchContext } from '../launcher.ts';
import type { ClusterOptions } from './cluster.ts';

/** The hosts of this job's distribution, and how they meet. `about` is what the coordinator has to know of this one. */
export function clusterOptions(
  { distribution, resources, settings, variables, jobName }: TrainingEnvironment,
  about: unknown,
  { stop, log }: LaunchContext,
): ClusterOptions {
  return {
    hosts: distribution.hosts,
    currentHost: resources.currentHost,
    masterHost: distribution.masterHost,
    controlPort: settings.masterPort + 1,
    job: variables[VARIABLES.jobArn] ?? jobName ?? '',
    waitSeconds: settings.hostWaitSeconds,
    about,
    stop,
    log,
  };
}
