import { type LauncherReport, lastWordsOf, launcherReport } from './launcher-report.ts';
import { isLostPeer } from './lost-peer.ts';
import { byProcess } from './rank-lines.ts';
import type { ScriptError } from './script-error.ts';
import { type PythonError, pythonErrors } from './tools/python-error.ts';

/** An error, and the process that printed it. */
interface Candidate {
  readonly rank: number | undefined;
  readonly host: string | undefined;
  readonly error: PythonError;
  /** Index of its first line in the output. */
  readonly at: number;
}

/**
 * The error of the process that failed first, in the output of a launcher such as torchrun and of the processes that it
 * started; undefined for the output of a single process. Errors of processes that lost a peer give way to the peer's own.
 */
export function rankError(lines: readonly string[], codeDir: string): ScriptError | undefined {
  const report = launcherReport(lines);
  const candidates = candidatesOf(lines.slice(report?.from ?? 0), codeDir);
  if (report === undefined && !candidates.some(isTagged)) return undefined;
  const found = choose(candidates, report);
  if (found === undefined) return report && endOf(report, suspectsOf(report, candidates));
  const { message, position, traceback, cause } = found.error;
  const silentPeer = report === undefined && isLostPeer(message) ? { silentPeer: lastWordsOf(lines) ?? '' } : {};
  return { message, position, cause, traceback, ...silentPeer, ...nameOf(found, candidates, report) };
}

function isTagged({ rank, host }: Candidate): boolean {
  return rank !== undefined || host !== undefined;
}

/** The last error of each process whose lines have a tag, and all errors in lines without; in the order of the output. */
function candidatesOf(lines: readonly string[], codeDir: string): readonly Candidate[] {
  const found = byProcess(lines).flatMap(({ lines: own, indexes, rank, host }): readonly Candidate[] => {
    const errors = pythonErrors(own, codeDir).filter(({ isWrapper }) => !isWrapper);
    const all = errors.map((error) => ({ rank, host, error, at: indexes[error.at] ?? 0 }));
    return all.some(isTagged) ? all.slice(-1) : all;
  });
  return found.sort((a, b) => a.at - b.at);
}

function choose(candidates: readonly Candidate[], report: LauncherReport | undefined): Candidate | undefined {
  const isReported = ({ rank }: Candidate) => rank !== undefined && rank === report?.ranks[0];
  const own = candidates.filter(({ error }) => !isLostPeer(error.message));
  const repeated = own.find(({ at }) => at === report?.errorAt);
  const tagged = own.find(isReported) ?? own.find(isTagged);
  // Of lines without a tag, those of the ranks that failed come last.
  const found = repeated ?? tagged ?? own.slice(-(report?.ranks.length || 1))[0];
  if (found !== undefined || report === undefined) return found ?? candidates[0];
  // All errors are those of peers. Only they complain, if the process that failed was killed.
  const untagged = report.ended.startsWith('killed') ? undefined : candidates.find((one) => !isTagged(one));
  if (untagged !== undefined) return untagged;
  const isSilent = suspectsOf(report, candidates).length > 0 || report.host !== undefined;
  return isSilent && report.ended !== '' ? undefined : (candidates.find(isReported) ?? candidates[0]);
}

/** Ranks that may have failed by themselves: of those that the launcher names or started, the ones that lost no peer. */
function suspectsOf({ ranks, started = [] }: LauncherReport, candidates: readonly Candidate[]): readonly number[] {
  const complain = new Set(candidates.filter(({ error }) => isLostPeer(error.message)).map(({ rank }) => rank));
  return (ranks.length > 0 ? ranks : started).filter((rank) => !complain.has(rank));
}

/** A process that ended without an error of its own: by its exit code, or by a signal. */
function endOf(report: LauncherReport, suspects: readonly number[]): ScriptError | undefined {
  const { ranks, host, lastWords } = report;
  const [first] = suspects;
  const ended = (first === undefined ? undefined : report.endedOf?.get(first)) ?? report.ended;
  if (ended === '') return undefined;
  // `sys.exit('text')` prints the text and ends with 1.
  const message = ended === 'exit code 1' ? (lastWords ?? ended) : ended;
  const who = oneOf(ranks.length > 0 ? suspects.slice(0, 1) : suspects);
  return { message, position: undefined, ...(who !== undefined && { who }), ...(host !== undefined && { host }) };
}

function nameOf(
  { rank, host, error }: Candidate,
  candidates: readonly Candidate[],
  report: LauncherReport | undefined,
): Pick<ScriptError, 'who' | 'host'> {
  const where = host ?? report?.host;
  const who = rank === undefined ? report && reportedName(error, candidates, report) : `rank ${rank}`;
  return { ...(who !== undefined && { who }), ...(where !== undefined && { host: where }) };
}

// Lines without a tag: the rank is certain if one rank failed, or all with the same words.
function reportedName(
  error: PythonError,
  candidates: readonly Candidate[],
  report: LauncherReport,
): string | undefined {
  const { ranks } = report;
  const isCommon = candidates.every(({ error: { message } }) => message === error.message);
  return oneOf(isCommon && ranks.length > 0 ? ranks.slice(0, 1) : suspectsOf(report, candidates));
}

// A failure reason has little room.
const MOST_RANKS = 16;

function oneOf(ranks: readonly number[]): string | undefined {
  if (ranks.length < 2) return ranks[0] === undefined ? undefined : `rank ${ranks[0]}`;
  const shown = ranks.toSorted((a, b) => a - b).slice(0, MOST_RANKS);
  return `one of ranks ${shown.join(', ')}${ranks.length > MOST_RANKS ? `, … (${ranks.length} in all)` : ''}`;
}
