import { isOptmlError, type OptmlError } from '../../errors/error.ts';
import { jobArn } from '../../jobs/describe/job-arn.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { ServiceError } from '../http/service-error.ts';
import { validationError } from './check-input.ts';

/** The record of a job. @throws ServiceError ValidationException if there is none, as the service words it. */
export function findRecord(store: JobStore, name: string): JobRecord {
  return asService(() => store.read(name));
}

/** The result of `action`, whose errors become those of the service where it has one for them. */
export function asService<Result>(action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw isOptmlError(error) ? serviceError(error) : error;
  }
}

/** The same of a task. */
export async function asServiceLater<Result>(task: Promise<Result>): Promise<Result> {
  return task.catch((error: unknown) => {
    throw isOptmlError(error) ? serviceError(error) : error;
  });
}

/** The error for the name of a job that exists. */
export function nameInUse(name: string, region: string): ServiceError {
  const message =
    'Training job names must be unique within an AWS account and region, and a training job with this name already exists';
  return new ServiceError('ResourceInUse', 400, `${message} (${jobArn(name, region)})`);
}

function serviceError(error: OptmlError): unknown {
  switch (error.code) {
    case 'JOB_NOT_FOUND':
      return validationError('Requested resource not found.');
    case 'JOB_HAS_ENDED':
      return validationError(error.message);
    case 'JOB_NEWER':
      return validationError(`${error.message}. ${error.fix}`);
    case 'DISK_WRITE_FAILED':
    case 'START_FAILED':
      return new ServiceError('InternalFailure', 500, [error.message, error.fix].filter(Boolean).join('. '));
    default:
      return error;
  }
}
