import { signalExitCode } from '../contract/exit-codes.ts';
import type { JobPaths } from '../contract/paths.ts';
import { asOptmlError, describeError, type OptmlError } from '../errors/error.ts';
import { writeFailure } from '../outcome/marker-files.ts';
import type { StartedJob } from './start-job.ts';

/** A job, however far it came. */
export interface KnownJob extends Pick<StartedJob, 'log' | 'mask' | 'stop'> {
  readonly paths?: JobPaths;
}

/** Reports an error of our own making: before, beside or after the program. Returns the exit code. Never throws. */
export function reportError(thrown: unknown, job: KnownJob): number {
  const error = asOptmlError(thrown);
  const { signal } = job.stop;
  reportFailure(textOf(error), job);
  return signal !== undefined && error.code === 'STOPPED' ? signalExitCode(signal) : error.exitCode;
}

/** Logs a failure and writes the failure file. Never throws: the log and the exit code report it in any case. */
export function reportFailure(text: string, { log, mask, paths }: KnownJob): void {
  const masked = mask(text);
  log.error('Reporting training FAILURE');
  log.error(masked);
  if (paths === undefined) return;
  try {
    if (!writeFailure(paths.failureFile, masked)) log.info('Failure file exists. Skipping creation....');
  } catch (error) {
    log.error(describeError(asOptmlError(error)));
  }
}

/** The error as it is reported. */
export function textOf(error: OptmlError): string {
  return error.failureText ?? describeError(error);
}
