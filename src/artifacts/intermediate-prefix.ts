import type { S3Location } from '../contract/location.ts';
import { RELATIVE_PATHS } from '../contract/paths.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';

/**
 * Where intermediate output goes (contract C56): `S3OUTPUT/JOB/output/intermediate/`, JOB being `TRAINING_JOB_NAME`, else
 * hyperparameter `sagemaker_job_name`, else left out. As in the reference, slashes in front of S3OUTPUT's key are dropped.
 */
export function intermediatePrefix(
  { bucket, key }: S3Location,
  { jobName, sagemakerJobName }: Pick<TrainingEnvironment, 'jobName' | 'sagemakerJobName'>,
): S3Location {
  const parts = [key.replace(/^\/+/, ''), jobName || sagemakerJobName, RELATIVE_PATHS.outputIntermediateDir, ''];
  return { bucket, key: parts.reduce((path, part) => (path === '' || path.endsWith('/') ? path : `${path}/`) + part) };
}
