import { LOCAL_ACCOUNT } from '../../contract/local-account.ts';

// For the records of jobs that were run before their region was recorded.
const UNKNOWN_REGION = 'local';

/** The ARN of a job, everywhere the same. Its name is in lower case: a script must not take the name from it (contract section 4). */
export function jobArn(name: string, region: string = UNKNOWN_REGION): string {
  return `arn:aws:sagemaker:${region}:${LOCAL_ACCOUNT}:training-job/${name.toLowerCase()}`;
}
