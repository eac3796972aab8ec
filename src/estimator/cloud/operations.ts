import type { AwsOperation } from '../../aws/aws-errors.ts';

/** The operations that a platform sends, as messages and policies name them. */
export const OPERATIONS = {
  create: (job: string) => about(job, 'CreateTrainingJob', 'create'),
  stop: (job: string) => about(job, 'StopTrainingJob', 'stop'),
  describe: (job: string) => about(job, 'DescribeTrainingJob', 'describe'),
  listStreams: (job: string) => logsOf(job, 'DescribeLogStreams'),
  readEvents: (job: string) => logsOf(job, 'GetLogEvents'),
  identity: (): AwsOperation => ({
    name: 'GetCallerIdentity',
    what: 'look up the AWS account',
    permission: 'sts:GetCallerIdentity',
  }),
} as const;

function about(job: string, name: string, verb: string): AwsOperation {
  return { name, what: `${verb} training job "${job}"`, permission: `sagemaker:${name}`, job };
}

function logsOf(job: string, name: string): AwsOperation {
  return { name, what: `read the logs of training job "${job}"`, permission: `logs:${name}`, job };
}
