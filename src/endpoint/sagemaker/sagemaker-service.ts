import type { Service } from '../http/service.ts';
import type { EndpointJobs } from '../jobs/endpoint-jobs.ts';
import { jsonService } from '../protocols/json.ts';
import { createTrainingJob } from './operations/create-training-job.ts';
import { describeTrainingJobOperation } from './operations/describe-training-job.ts';
import { listTrainingJobsOperation } from './operations/list-training-jobs.ts';
import { stopTrainingJob } from './operations/stop-training-job.ts';

/** SageMaker at the local endpoint: its training jobs. */
export function sageMakerService(jobs: EndpointJobs): Service {
  return jsonService({
    target: 'SageMaker',
    version: '1.1',
    served: 'training jobs and their tags',
    operations: {
      CreateTrainingJob: createTrainingJob(jobs),
      DescribeTrainingJob: describeTrainingJobOperation(jobs),
      ListTrainingJobs: listTrainingJobsOperation(jobs),
      StopTrainingJob: stopTrainingJob(jobs),
    },
  });
}
