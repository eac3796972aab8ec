import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { bareEnd } from '../../process/process-end.ts';
import type { LaunchEnd } from '../launcher.ts';
import type { RoundFailure } from './failure.ts';
import { hostsLost } from './hosts-lost.ts';

/**
 * What every host reports: the first failure, wherever it was, or this host's own success.
 *
 * @throws OptmlError HOSTS_LOST where a host was lost.
 */
export function endOfJob(failure: RoundFailure | null, own = bareEnd(EXIT_CODES.success)): LaunchEnd {
  if (failure === null) return own;
  if ('rank' in failure) return { ...failure.rank.end, note: `${failure.rank.who} failed` };
  const { host, why } = failure.lost;
  throw hostsLost(
    `host ${host} is lost: ${why}`,
    `Look at the log of ${host}: it may have been stopped, or killed for want of memory.`,
  );
}
