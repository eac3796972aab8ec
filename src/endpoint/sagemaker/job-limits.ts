import type { TrainingJobRequest } from '../../request/request.ts';
import { ServiceError } from '../http/service-error.ts';
import type { Ticket } from '../jobs/queue.ts';

/** Most instances of one type that a job may have, and most jobs that run or wait. */
const MOST = { instances: 200, jobs: 500 };

/** @throws ServiceError ResourceLimitExceeded for a job that is too large, or one too many beside those that run or wait. */
export function checkLimits({ ResourceConfig: resources }: TrainingJobRequest, live: readonly Ticket[]): void {
  const { InstanceType: type = '', InstanceCount: count = 1, InstanceGroups: groups } = resources ?? {};
  for (const { InstanceType, InstanceCount: wanted } of groups ?? [{ InstanceType: type, InstanceCount: count }]) {
    if (wanted <= MOST.instances) continue;
    const used = live
      .filter(({ instanceType }) => instanceType === InstanceType)
      .reduce((sum, { instanceCount }) => sum + instanceCount, 0);
    throw limitExceeded(`${InstanceType} for training job usage`, { limit: MOST.instances, used, wanted });
  }
  if (live.length < MOST.jobs) return;
  throw limitExceeded('training jobs that run or wait', { limit: MOST.jobs, used: live.length, wanted: 1 });
}

// The service's words.
function limitExceeded(
  what: string,
  { limit, used, wanted }: { readonly limit: number; readonly used: number; readonly wanted: number },
): ServiceError {
  const message =
    `The account-level service limit '${what}' is ${limit} Instances, with current utilization of ${used} Instances ` +
    `and a request delta of ${wanted} Instances. This limit is one of optml for this machine.`;
  return new ServiceError('ResourceLimitExceeded', 400, message);
}
