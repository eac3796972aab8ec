import type { TrainingJobRequest } from '../request/request.ts';
import type { TrainingJobDescription } from './describe/describe.ts';

/** Runs training jobs: on this machine, by a scheduler or on AWS. Its jobs may be started and stopped by several processes. */
export interface JobRunner {
  /**
   * Starts a job with exactly the name of `request`, which has been checked. Resolves when the job exists: `describe` finds it,
   * and its name is taken.
   *
   * @throws OptmlError JOB_NAME_IN_USE for the name of any job that exists, SETTING_INVALID, DISK_WRITE_FAILED.
   */
  start(request: TrainingJobRequest): Promise<{ readonly TrainingJobArn: string }>;
  /** Asks for a job to be stopped, whichever process runs it. @throws OptmlError JOB_NOT_FOUND, JOB_HAS_ENDED. */
  stop(name: string): Promise<void>;
  /** A job as DescribeTrainingJob answers. @throws OptmlError JOB_NOT_FOUND. */
  describe(name: string): Promise<TrainingJobDescription>;
  /**
   * Resolves with the description of a job once it has ended, however it ended and whichever process runs it. Its logs and
   * artifacts are complete then.
   *
   * @throws OptmlError JOB_NOT_FOUND; the reason of `signal`, which ends the wait and not the job.
   */
  wait(name: string, signal?: AbortSignal): Promise<TrainingJobDescription>;
}
