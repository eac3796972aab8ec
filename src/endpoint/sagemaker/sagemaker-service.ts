import type { Service } from '../http/service.ts';
import type { EndpointJobs } from '../jobs/endpoint-jobs.ts';
import { jsonService } from '../protocols/json.ts';
import { addTags } from './operations/add-tags.ts';
import { createTrainingJob } from './operations/create-training-job.ts';
import { deleteTags } from './operations/delete-tags.ts';
import { deleteTrainingJob } from './operations/delete-training-job.ts';
import { describeTrainingJobOperation } from './operations/describe-training-job.ts';
import { listTags } from './operations/list-tags.ts';
import { listTrainingJobsOperation } from './operations/list-training-jobs.ts';
import { search } from './operations/search.ts';
import { stopTrainingJob } from './operations/stop-training-job.ts';
import { updateTrainingJob } from './operations/update-training-job.ts';

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
      UpdateTrainingJob: updateTrainingJob(jobs),
      DeleteTrainingJob: deleteTrainingJob(jobs),
      AddTags: addTags(jobs),
      ListTags: listTags(jobs),
      DeleteTags: deleteTags(jobs),
      Search: search(jobs),
    },
  });
}
