import { join } from 'node:path';
import { locationBelow, parseLocation, s3Uri } from '../../contract/location.ts';
import { ARTIFACT_NAMES } from '../../contract/paths.ts';
import type { TrainingJobRequest } from '../../request/request.ts';

/** Where the model of a job will be: its archive, or its folder if the job's artifacts are not compressed (contract C53). */
export function modelLocation({ TrainingJobName: name, OutputDataConfig: output }: TrainingJobRequest): string {
  const { archive, folder } = ARTIFACT_NAMES.model;
  const below = `${name}/output/${output.CompressionType === 'NONE' ? folder : archive}`;
  const parsed = parseLocation(output.S3OutputPath);
  return 's3' in parsed ? s3Uri(locationBelow(parsed.s3, below)) : join(output.S3OutputPath, below);
}
