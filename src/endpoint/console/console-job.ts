import type { JobStore } from '../../jobs/job-store.ts';
import { compareHosts, loggedHosts } from '../../jobs/logs/files.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { isOver } from '../../jobs/wait-for-end.ts';
import { requestMask } from '../../request/request-mask.ts';
import { asStopping, describeRecord } from '../sagemaker/describe-record.ts';

/** A job as the pages show it. */
export interface ConsoleJob {
  readonly name: string;
  readonly dir: string;
  readonly record: JobRecord;
  /** In the order of their numbers. */
  readonly hosts: readonly string[];
  readonly hasEnded: boolean;
  readonly mask: (text: string) => string;
  /** The answer of DescribeTrainingJob, secrets masked. */
  describe(): unknown;
}

/** Finds a job. `name` has the form of a name. @throws OptmlError JOB_NOT_FOUND. */
export function consoleJob(store: JobStore, name: string): ConsoleJob {
  const dir = store.folderOf(name);
  const record = asStopping(store.read(name), dir);
  const mask = requestMask(record.request);
  return {
    name,
    dir,
    record,
    hosts: [...new Set([...record.hosts, ...loggedHosts(dir)])].filter(isHostName).sort(compareHosts),
    hasEnded: isOver(record),
    mask,
    describe: () => withMask(describeRecord(store, record), mask),
  };
}

/** The host of a job that has this name; undefined for another text. */
export function hostOf({ hosts }: ConsoleJob, name: string): string | undefined {
  return hosts.find((host) => host === name);
}

// It becomes a part of the name of a file.
function isHostName(name: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9.-]{0,252}$/.test(name);
}

function withMask(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => withMask(item, mask));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [mask(name), withMask(item, mask)]));
}
