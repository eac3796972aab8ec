import { EXIT_CODES } from '../../contract/exit-codes.ts';
import type { ProcessEnd } from '../../process/supervise.ts';
import type { LaunchEnd } from '../launcher.ts';
import type { RoundFailure } from './failure.ts';
import { hostsLost } from './hosts-lost.ts';

/**
 * What every host reports: the first failure, wherever it was, or this host's own success.
 *
 * @throws OptmlError HOSTS_LOST where a host was lost.
 */
export function endOfJob(failure: RoundFailure | null, own: ProcessEnd = SUCCESS): LaunchEnd {
  if (failure === null) return own;
  if ('rank' in failure) return { ...failure.rank.end, note: `${failure.rank.who} failed` };
  const { host, why } = failure.lost;
  throw hostsLost(
    `host ${host} is lost: ${why}`,
    `Look at the log of ${host}: it may have been stopped, or killed for want of memory.`,
  );
}

const SUCCESS: ProcessEnd = {
  exitCode: EXIT_CODES.success,
  signal: null,
  startError: null,
  isKilledAfterGrace: false,
  memoryKills: 0,
  errorOutput: '',
};
