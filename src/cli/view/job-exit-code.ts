import { EXIT_CODES } from '../../contract/exit-codes.ts';
import type { TrainingJobStatus } from '../../jobs/status.ts';

/** How a job ended, as far as the exit code says it. */
interface EndedJob {
  readonly TrainingJobStatus: TrainingJobStatus;
  readonly SecondaryStatusTransitions: readonly { readonly Status: string }[];
}

// The same as for a request that is wrong.
const NOT_STARTED = EXIT_CODES.usage;
const STOPPED = 3;

/** The exit code for the end of a job: 0 Completed, 1 Failed, 2 failed before the training started, 3 Stopped. */
export function jobExitCode({ TrainingJobStatus: status, SecondaryStatusTransitions: transitions }: EndedJob): number {
  if (status === 'Completed') return EXIT_CODES.success;
  if (status === 'Stopped') return STOPPED;
  return transitions.some(({ Status }) => Status === 'Training') ? EXIT_CODES.failure : NOT_STARTED;
}
