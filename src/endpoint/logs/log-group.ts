import type { InputReader } from '../protocols/input.ts';
import { invalidParameter, noSuchGroup } from './log-errors.ts';
import { LOG_GROUP } from './log-streams.ts';
import type { LogsContext } from './logs-context.ts';

const GROUP_ARN = /^arn:[\w-]+:logs:[\w-]*:\d*:log-group:([^:]+)(?::\*)?$/;

/**
 * Refuses a request for any group but that of training jobs.
 *
 * @throws ServiceError ResourceNotFoundException, or InvalidParameterException if it names none, or two.
 */
export function checkGroup(reader: InputReader): void {
  const name = reader.text('logGroupName');
  const identifier = reader.text('logGroupIdentifier', 2048);
  if (name !== undefined && identifier !== undefined) {
    throw invalidParameter('Only one of logGroupName and logGroupIdentifier can be specified.');
  }
  const group = name ?? (identifier && (GROUP_ARN.exec(identifier)?.[1] ?? identifier));
  if (group === undefined) throw invalidParameter('Either logGroupName or logGroupIdentifier must be specified.');
  if (group !== LOG_GROUP) throw noSuchGroup();
}

/** The ARN of the group, without `:*`. */
export function groupArn({ region, accountId }: LogsContext): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${LOG_GROUP}`;
}
