import type { JobStore } from '../../jobs/job-store.ts';
import type { Service } from '../http/service.ts';
import type { Input } from '../protocols/input.ts';
import { type JsonOperation, jsonService } from '../protocols/json.ts';
import { describeLogGroups } from './describe-log-groups.ts';
import { describeLogStreams } from './describe-log-streams.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { getLogEvents } from './get-log-events.ts';
import type { LogsContext } from './logs-context.ts';

type Operation = (input: Input, context: LogsContext) => object | Promise<object>;

const OPERATIONS = {
  DescribeLogGroups: describeLogGroups,
  DescribeLogStreams: describeLogStreams,
  GetLogEvents: getLogEvents,
  FilterLogEvents: filterLogEvents,
} as const satisfies Readonly<Record<string, Operation>>;

/** CloudWatch Logs: the logs of the jobs of a store. */
export function logsService(store: JobStore): Service {
  const bind =
    (operation: Operation): JsonOperation =>
    (input, { caller }) =>
      operation(input, { store, accountId: caller.accountId, region: caller.region });
  const operations = Object.fromEntries(Object.entries(OPERATIONS).map(([name, one]) => [name, bind(one)]));
  return jsonService({ target: 'Logs_20140328', version: '1.1', operations, served: 'the logs of training jobs' });
}
