import { VARIABLES } from '../../contract/variables.ts';
import type { TrainingEnvironment } from '../../environment/training-environment.ts';
import type { LaunchContext } from '../launcher.ts';
import type { ClusterOptions } from './cluster.ts';
import type { Message, Protocol } from './messages.ts';

/** What the hosts say, and how their messages are read. */
export interface ClusterTalk<FromHost extends Message, ToHost extends Message> {
  /** What the coordinator has to know of this host. */
  readonly about: unknown;
  readonly protocol: Protocol<FromHost, ToHost>;
}

/** The hosts of this job's distribution, and how they meet. */
export function clusterOptions<FromHost extends Message, ToHost extends Message>(
  { distribution, resources, settings, variables, jobName }: TrainingEnvironment,
  talk: ClusterTalk<FromHost, ToHost>,
  { stop, log, jobSecret }: LaunchContext,
): ClusterOptions<FromHost, ToHost> {
  return {
    hosts: distribution.hosts,
    currentHost: resources.currentHost,
    masterHost: distribution.masterHost,
    controlPort: settings.masterPort + 1,
    job: variables[VARIABLES.jobArn] ?? jobName ?? '',
    secret: jobSecret,
    waitSeconds: settings.hostWaitSeconds,
    ...talk,
    stop,
    log,
  };
}
