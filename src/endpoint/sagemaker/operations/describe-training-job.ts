import type { DescribeTrainingJobCommandOutput } from '@aws-sdk/client-sagemaker';
import type { EndpointJobs } from '../../jobs/endpoint-jobs.ts';
import type { JsonOperation } from '../../protocols/json.ts';
import type { Answer } from '../answer.ts';
import { checkInput } from '../check-input.ts';
import { describeRecord } from '../describe-record.ts';
import { modelOf } from '../models.ts';
import { findRecord } from '../service-errors.ts';

/** The input of an operation on one job. */
export interface NamedJob {
  readonly TrainingJobName: string;
}

// Of these the record has only what a job uses.
type EchoedMembers = 'InputDataConfig' | 'ResourceConfig' | 'ServerlessJobConfig';

const MODEL = modelOf<NamedJob>('DescribeTrainingJob');

/** Describes a job, whichever process runs it. */
export function describeTrainingJobOperation({ store }: EndpointJobs): JsonOperation {
  return (input) => {
    const { TrainingJobName: name } = checkInput(MODEL, input);
    return describeRecord(store, findRecord(store, name)) satisfies Answer<
      Omit<DescribeTrainingJobCommandOutput, EchoedMembers>
    >;
  };
}
