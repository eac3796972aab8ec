import type { ListTrainingJobsCommandOutput } from '@aws-sdk/client-sagemaker';
import { listTrainingJobs } from '../../../jobs/describe/describe.ts';
import type { JobSummary } from '../../../jobs/describe/job-summary.ts';
import type { JobStore } from '../../../jobs/job-store.ts';
import { isStopAsked } from '../../../jobs/watch-stop.ts';
import type { EndpointJobs } from '../../jobs/endpoint-jobs.ts';
import { openJobList } from '../../jobs/job-list.ts';
import type { JsonOperation } from '../../protocols/json.ts';
import type { Answer } from '../answer.ts';
import { checkInput } from '../check-input.ts';
import { describeRecord } from '../describe-record.ts';
import { modelOf } from '../models.ts';
import { type PageOptions, pageOf } from '../page.ts';
import { findRecord } from '../service-errors.ts';

interface ListInput extends PageOptions {
  readonly NameContains?: string;
  readonly StatusEquals?: string;
  readonly CreationTimeAfter?: number;
  readonly CreationTimeBefore?: number;
  readonly LastModifiedTimeAfter?: number;
  readonly LastModifiedTimeBefore?: number;
  readonly SortBy?: 'Name' | 'CreationTime' | 'Status';
  readonly SortOrder?: 'Ascending' | 'Descending';
  readonly WarmPoolStatusEquals?: string;
  readonly TrainingPlanArnEquals?: string;
}

const MODEL = modelOf<ListInput>('ListTrainingJobs');
const DEFAULT_SIZE = 10;

/** Lists jobs, newest first unless another order is asked for. */
export function listTrainingJobsOperation({ store }: EndpointJobs): JsonOperation {
  const list = openJobList(store);
  return (input) => {
    const { NextToken = '', MaxResults = DEFAULT_SIZE, ...question } = checkInput(MODEL, input);
    const { SortBy: by = 'CreationTime', SortOrder: order = 'Descending' } = question;
    const found = list
      .read()
      .map((job) => asStopping(job, store))
      .filter((job) => isAskedFor(job, question, store));
    const page = pageOf(
      found,
      { NextToken, MaxResults },
      { question, defaultSize: DEFAULT_SIZE, keyOf: (job) => [sortKey(job, by), job.TrainingJobName], order },
    );
    return {
      ...listTrainingJobs(page.items),
      ...(page.NextToken !== undefined && { NextToken: page.NextToken }),
    } satisfies Answer<ListTrainingJobsCommandOutput>;
  };
}

function sortKey(job: JobSummary, by: ListInput['SortBy']): number | string {
  if (by === 'Name') return job.TrainingJobName;
  return by === 'Status' ? job.TrainingJobStatus : job.CreationTime;
}

// Its process has not yet read that somebody asked for its stop.
function asStopping(job: JobSummary, store: JobStore): JobSummary {
  if (job.TrainingJobStatus !== 'InProgress' || !isStopAsked(store.folderOf(job.TrainingJobName))) return job;
  return { ...job, TrainingJobStatus: 'Stopping' };
}

function isAskedFor(job: JobSummary, question: ListInput, store: JobStore): boolean {
  const { NameContains: part = '', StatusEquals: status, WarmPoolStatusEquals: pool } = question;
  return (
    // Jobs here have no training plans.
    question.TrainingPlanArnEquals === undefined &&
    job.TrainingJobName.includes(part) &&
    (status === undefined || job.TrainingJobStatus === status) &&
    isBetween(job.CreationTime, question.CreationTimeAfter, question.CreationTimeBefore) &&
    isBetween(job.LastModifiedTime, question.LastModifiedTimeAfter, question.LastModifiedTimeBefore) &&
    (pool === undefined || poolOf(job, store) === pool)
  );
}

function isBetween(
  time: number,
  after: number = Number.NEGATIVE_INFINITY,
  before: number = Number.POSITIVE_INFINITY,
): boolean {
  return time >= after && time <= before;
}

function poolOf({ TrainingJobName: name }: JobSummary, store: JobStore): string | undefined {
  return describeRecord(store, findRecord(store, name)).WarmPoolStatus?.Status;
}
