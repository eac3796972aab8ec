import { CLIENT_MISTAKE, FAILURE_REASON } from '../../contract/failure-reason.ts';
import { RELATIVE_PATHS } from '../../contract/paths.ts';
import type { HostEnd } from '../../engines/engine.ts';
import { JobFolder } from '../../job-tree/job-folder.ts';
import { readStartBelow } from '../../job-tree/open-below.ts';
import { beginsWithLostPeer, beginsWithRankError, lostHost } from '../../outcome/lost-peer.ts';

const OUT_OF_MEMORY =
  'ClientError: Please use an instance type with more memory, or reduce the size of job data processed on an instance.';

/**
 * Why a job failed, as DescribeTrainingJob shows it (contract C50), from how its first failing host ended and the text of
 * that host's failure file, where it has one. Undefined for a host that succeeded.
 */
export function failureReason(end: HostEnd, failureText: string | undefined): string | undefined {
  if (end.engineError !== undefined) return limitReason(`InternalServerError: ${end.engineError}`);
  if (end.startError !== undefined) return limitReason(`ClientError: ${end.startError}`);
  if (end.exitCode === 0) return undefined;
  if (end.isOutOfMemory) return OUT_OF_MEMORY;
  if (failureText === undefined || failureText === '') {
    return `${FAILURE_REASON.prefix}, exit code: ${end.exitCode}`;
  }
  const isClientMistake = end.exitCode === CLIENT_MISTAKE.exitCode && failureText.startsWith(CLIENT_MISTAKE.prefix);
  return limitReason(isClientMistake ? failureText : FAILURE_REASON.prefix + failureText);
}

/** How a host ended, and the text of its failure file. */
export interface FailureOfHost {
  readonly host: string;
  readonly end: HostEnd;
  readonly text: string | undefined;
}

/**
 * The failure that explains the job: that of the first host, unless it or a rank there only lost a peer, and the peer's own
 * failure is among those of the others. Which of them ends first is chance.
 */
export function decisiveFailure(first: FailureOfHost, others: () => readonly FailureOfHost[]): FailureOfHost {
  if (first.text === undefined) return first;
  const lost = lostHost(first.text);
  if (lost !== undefined) {
    const isOwn = ({ host, text }: FailureOfHost) => host === lost && lostHost(text ?? '') === undefined;
    return others().find(isOwn) ?? first;
  }
  if (!beginsWithLostPeer(first.text)) return first;
  return others().find(({ text }) => text !== undefined && beginsWithRankError(text)) ?? first;
}

/** A reason cut to what the API holds, without half a character at its end. */
export function limitReason(text: string): string {
  return text.slice(0, FAILURE_REASON.maxLength).replace(/[\uD800-\uDBFF]$/, '');
}

// Enough for all characters that are shown, whatever their length in UTF-8.
const START_BYTES = 4 * FAILURE_REASON.maxLength;

/**
 * The start of the failure file of the host whose `/opt/ml` is `mlDir`; undefined without one. Nothing but a regular file of
 * that folder is read: a link could lead anywhere on this machine, a FIFO would never end.
 */
export function readFailureText(mlDir: string): string | undefined {
  try {
    const ml = JobFolder.open(mlDir);
    try {
      return readStartBelow(ml, RELATIVE_PATHS.failureFile, START_BYTES).toString('utf8');
    } finally {
      ml.close();
    }
  } catch {
    // None, or none that may be read.
    return undefined;
  }
}
