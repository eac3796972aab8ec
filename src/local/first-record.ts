import type { JobOwner, JobRecord } from '../jobs/record.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { planHosts } from '../staging/host-plan.ts';
import { jobRegion } from '../staging/host-variables.ts';

/** The first record of a job: of a checked request, to be run by the process `runner` with these variables. */
export function firstRecord(
  request: TrainingJobRequest,
  { variables, runner }: { readonly variables: Readonly<NodeJS.ProcessEnv>; readonly runner: JobOwner },
): JobRecord {
  const now = Date.now() / 1000;
  return {
    TrainingJobName: request.TrainingJobName,
    TrainingJobStatus: 'InProgress',
    SecondaryStatus: 'Starting',
    SecondaryStatusTransitions: [],
    CreationTime: now,
    LastModifiedTime: now,
    request,
    region: jobRegion(request, variables),
    engine: '',
    hosts: planHosts(request).map(({ name }) => name),
    runner,
    outputs: [],
    // Its folder, whichever engine will be found.
    leftovers: ['process'],
  };
}
