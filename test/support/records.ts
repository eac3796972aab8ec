import { thisOwner } from '../../src/jobs/job-owner.ts';
import type { JobRecord } from '../../src/jobs/record.ts';
import { moved } from '../../src/jobs/transitions.ts';
import type { TrainingJobRequest } from '../../src/request/request.ts';

/** When the jobs of tests were created, in milliseconds since 1970. */
export const CREATED = Date.UTC(2026, 0, 2, 3, 4, 5, 250);

/** A request as `optml run` takes it. */
export function jobRequest(name: string, members: Partial<TrainingJobRequest> = {}): TrainingJobRequest {
  return {
    TrainingJobName: name,
    AlgorithmSpecification: { TrainingImage: 'mnist:latest', TrainingInputMode: 'File' },
    OutputDataConfig: { S3OutputPath: '/data/out' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1 },
    ...members,
  };
}

/** The first record of a job, run by this process. */
export function newRecord(name: string, members: Partial<JobRecord> = {}): JobRecord {
  const record: JobRecord = {
    TrainingJobName: name,
    TrainingJobStatus: 'InProgress',
    SecondaryStatus: 'Starting',
    SecondaryStatusTransitions: [],
    CreationTime: CREATED / 1000,
    LastModifiedTime: CREATED / 1000,
    request: jobRequest(name),
    engine: 'process',
    hosts: ['algo-1'],
    runner: thisOwner(),
    outputs: [],
    leftovers: [],
    ...members,
  };
  return moved(record, 'Starting', undefined, CREATED);
}

/** The record of a job that ran for a minute and ended. */
export function endedRecord(name: string, members: Partial<JobRecord> = {}): JobRecord {
  let record = newRecord(name, members);
  record = moved(record, 'Downloading', undefined, CREATED + 1000);
  record = moved(record, 'Training', undefined, CREATED + 3500);
  record = moved(record, 'Uploading', undefined, CREATED + 60_000);
  return moved(record, 'Completed', undefined, CREATED + 61_000);
}
