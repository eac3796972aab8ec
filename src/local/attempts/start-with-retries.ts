import { isOptmlError, type OptmlError } from '../../errors/error.ts';
import type { RunningHosts } from '../run-hosts.ts';

// A machine that lacks what the job needs still lacks it a moment later.
const NO_RETRY: ReadonlySet<string> = new Set(['STOPPED', 'START_FAILED']);

/**
 * Starts the hosts of a job by `start`, and tries again as often as `RetryStrategy.MaximumRetryAttempts` says when the
 * engine fails: never for what the user or the program did (contract C59). `onRetry` is called before each new attempt.
 *
 * @throws What the last attempt threw.
 */
export async function startWithRetries(
  start: () => Promise<RunningHosts>,
  attempts: number,
  onRetry: (error: OptmlError) => void,
): Promise<RunningHosts> {
  for (let retries = 0; ; retries++) {
    try {
      return await start();
    } catch (error) {
      const isOfEngine = isOptmlError(error) && error.kind === 'infrastructure' && !NO_RETRY.has(error.code);
      if (!isOfEngine || retries >= attempts) throw error;
      onRetry(error);
    }
  }
}
