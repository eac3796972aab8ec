import type { DescribeLogGroupsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { type Input, InputReader } from '../protocols/input.ts';
import { invalidParameter } from './log-errors.ts';
import { groupArn } from './log-group.ts';
import { LOG_GROUP } from './log-streams.ts';
import type { LogsContext } from './logs-context.ts';

/** DescribeLogGroups: there is one group, once there is a job. */
export function describeLogGroups(input: Input, context: LogsContext) {
  const reader = new InputReader(input, invalidParameter);
  const prefix = reader.text('logGroupNamePrefix');
  const pattern = reader.text('logGroupNamePattern');
  reader.integer('limit', 1, 50);
  if (prefix !== undefined && pattern !== undefined) {
    throw invalidParameter('Only one of logGroupNamePrefix and logGroupNamePattern can be specified.');
  }
  const isAsked = LOG_GROUP.startsWith(prefix ?? '') && LOG_GROUP.toLowerCase().includes(pattern?.toLowerCase() ?? '');
  const creationTime = isAsked ? firstCreation(context) : undefined;
  if (creationTime === undefined) return { logGroups: [] };
  const arn = groupArn(context);
  return {
    logGroups: [
      {
        logGroupName: LOG_GROUP,
        creationTime,
        metricFilterCount: 0,
        arn: `${arn}:*`,
        logGroupArn: arn,
        logGroupClass: 'STANDARD',
      },
    ],
  } satisfies Omit<DescribeLogGroupsCommandOutput, '$metadata'>;
}

// The list is sorted from the newest on.
function firstCreation({ store }: LogsContext): number | undefined {
  const seconds = store.list().at(-1)?.CreationTime;
  return seconds === undefined ? undefined : Math.floor(seconds * 1000);
}
