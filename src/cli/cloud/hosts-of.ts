import { hostName } from '../../contract/hosts.ts';
import type { TrainingJobRequest } from '../../request/request.ts';

/** The names of the hosts of a job. */
export function hostsOf({ ResourceConfig: resources }: Pick<TrainingJobRequest, 'ResourceConfig'>): readonly string[] {
  const groups = resources?.InstanceGroups ?? [{ InstanceCount: resources?.InstanceCount ?? 1 }];
  const count = groups.reduce((sum, group) => sum + group.InstanceCount, 0);
  return Array.from({ length: Math.max(1, count) }, (_, index) => hostName(index + 1));
}
