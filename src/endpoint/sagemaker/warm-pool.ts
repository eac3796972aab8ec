import type { JobRecord } from '../../jobs/record.ts';
import { hasEnded } from '../../jobs/status.ts';

/** The warm pool of a job, as the service would keep it: in use while the job runs, then there for a time. Undefined without one. */
export function warmPoolStatus({ request, TrainingJobStatus: status, TrainingEndTime: end }: JobRecord, now: number) {
  const seconds = request.ResourceConfig?.KeepAlivePeriodInSeconds ?? 0;
  if (seconds === 0) return undefined;
  if (!hasEnded(status) || end === undefined) return { Status: 'InUse' as const };
  const kept = Math.min(seconds, Math.max(0, Math.floor(now - end)));
  const Status = kept < seconds ? ('Available' as const) : ('Terminated' as const);
  return { Status, ResourceRetainedBillableTimeInSeconds: kept };
}
