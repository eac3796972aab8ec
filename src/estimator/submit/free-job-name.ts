import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { isOptmlError, OptmlError } from '../../errors/error.ts';
import type { CloudPlatform } from '../cloud/cloud-platform.ts';
import { baseOfJobName, jobNameFromBase } from '../request/job-name.ts';

export interface FreeNameOptions {
  readonly isExact: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * `name` if no job has it, else the name with the time. SageMaker never uses a name twice.
 *
 * @throws OptmlError JOB_NAME_IN_USE for a name that has to be exact; those of DescribeTrainingJob.
 */
export async function freeJobName(
  platform: Pick<CloudPlatform, 'describe' | 'region'>,
  name: string,
  { isExact, now, signal }: FreeNameOptions,
): Promise<string> {
  if (!(await exists(platform, name, signal))) return name;
  if (!isExact) return timedJobName(name, now);
  throw new OptmlError('JOB_NAME_IN_USE', `a job named "${name}" exists in ${platform.region}`, {
    fix: 'SageMaker never uses a name twice. Pass another --name, or leave it out for a name with the time.',
    exitCode: EXIT_CODES.usage,
  });
}

/** A name with a time in place of one that is taken: `mnist-2026-11-30-22-45-01-123`. */
export function timedJobName(name: string, time: number): string {
  return jobNameFromBase(baseOfJobName(name), new Date(time));
}

async function exists(
  platform: Pick<CloudPlatform, 'describe'>,
  name: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await platform.describe(name, signal);
    return true;
  } catch (error) {
    if (isOptmlError(error) && error.code === 'JOB_NOT_FOUND') return false;
    throw error;
  }
}
