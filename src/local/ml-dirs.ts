import { join } from 'node:path';
import { WORK_NAMES } from '../jobs/job-folder.ts';
import type { RunContext } from './run-context.ts';

/** The folder that is a host's `/opt/ml`. */
export function mlDirOf({ dir }: Pick<RunContext, 'dir'>, host: string): string {
  return join(dir, WORK_NAMES.hosts, host, 'ml');
}

/** Those of all hosts, in the order of their numbers. */
export function mlDirsOf(context: Pick<RunContext, 'dir' | 'hosts'>): readonly string[] {
  return context.hosts.map(({ name }) => mlDirOf(context, name));
}
