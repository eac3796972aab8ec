import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { bareEnd } from '../../process/process-end.ts';
import type { LaunchEnd } from '../launcher.ts';
import { isFailedEnd, type RoundFailure } from './failure.ts';
import { hostsLost } from './hosts-lost.ts';

/**
 * What every host reports: the first failure, wherever it was, or this host's own end. A failure never has the exit code
 * of a success.
 *
 * @throws OptmlError HOSTS_LOST where a host was lost.
 */
export function endOfJob(failure: RoundFailure | null, own = bareEnd(EXIT_CODES.success)): LaunchEnd {
  if (failure === null) return own;
  if ('rank' in failure) {
    const { who, end } = failure.rank;
    return { ...end, ...(!isFailedEnd(end) && { exitCode: EXIT_CODES.failure }), note: `${who} failed` };
  }
  const { host, why } = failure.lost;
  throw hostsLost(
    `host ${host} is lost: ${why}`,
    `Look at the log of ${host}: it may have been stopped, or killed because no memory was left.`,
  );
}
