import { LOCAL_ACCOUNT } from '../../contract/local-account.ts';
import { jobArn } from '../../jobs/describe/job-arn.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { ServiceError } from '../http/service-error.ts';
import { validationError } from './check-input.ts';
import { findRecord } from './service-errors.ts';

const JOB = /^arn:[^:]+:sagemaker:([^:]*):(\d{12}):training-job\/(.+)$/;

/**
 * The record of the job with this ARN, in which names are in lower case.
 *
 * @throws ServiceError ValidationException for what is not a training job, ResourceNotFound for a job that is not there.
 */
export function jobOfArn(store: JobStore, arn: string): JobRecord {
  const [, , account, name = ''] = JOB.exec(arn) ?? [];
  if (account === undefined) throw validationError(`${arn} is not the ARN of a training job.`);
  if (account !== LOCAL_ACCOUNT) throw notFound(arn);
  // Usually the name is in lower case, too.
  const names = [name, ...store.list().map(({ TrainingJobName }) => TrainingJobName)];
  for (const candidate of names) {
    if (candidate.toLowerCase() !== name.toLowerCase()) continue;
    const record = readIfAny(store, candidate);
    if (record !== undefined && jobArn(candidate, record.region) === arn.toLowerCase()) return record;
  }
  throw notFound(arn);
}

function readIfAny(store: JobStore, name: string): JobRecord | undefined {
  try {
    return findRecord(store, name);
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

function notFound(arn: string): ServiceError {
  return new ServiceError('ResourceNotFound', 400, `Requested resource not found: ${arn}`);
}
