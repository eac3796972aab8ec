import { byProcess } from './rank-lines.ts';

/** What a launcher printed about the process that failed. */
export interface LauncherReport {
  /** Index of the first line of the output that belongs to the last attempt. */
  readonly from: number;
  /** Ranks that failed by themselves, if they are known; the launcher's first choice comes first. */
  readonly ranks: readonly number[];
  /** If the launcher does not name the rank: all ranks that it started. */
  readonly started?: readonly number[];
  readonly host?: string | undefined;
  /** Index of the line at which the launcher repeats the error of the process, if it does. */
  readonly errorAt?: number;
  /** How the process ended, such as `exit code 7`; empty if its own error is printed. */
  readonly ended: string;
  /** The same of each rank, if several failed. */
  readonly endedOf?: ReadonlyMap<number, string>;
  /** The last line of the processes before the launcher's own. */
  readonly lastWords?: string | undefined;
}

/** The last report of a launcher in the output, if there is one. */
export function launcherReport(lines: readonly string[]): LauncherReport | undefined {
  return (
    torchrunReport(lines) ??
    lineReport(lines) ??
    openMpiReport(lines) ??
    lightningReport(lines) ??
    rayDeath(lines) ??
    rayReport(lines)
  );
}

const ROOT_CAUSE = 'Root Cause (first observed failure):';
// One such line for each attempt.
const ATTEMPT_FAILED = /\] failed \(exitcode: -?\d+\) local_rank: \d+ /;
// Of torch, also of its C++ part, whose lines begin with a bracket.
const LAUNCHER_LOG = /^\[?[A-Z]\d{4} \d\d:/;
const ENTRY = /^\s+rank +: (\d+) \(local_rank: \d+\)$/;
const EXIT = /^\s+exitcode +: (-?\d+) \(pid: \d+\)(?: +\((SIG\w+)\))?/;

/** The table that `torchrun` and `accelerate launch` print last. */
function torchrunReport(lines: readonly string[]): LauncherReport | undefined {
  const cause = lines.lastIndexOf(ROOT_CAUSE);
  if (cause < 0) return undefined;
  const table = lines.slice(0, cause).lastIndexOf('Failures:');
  const entries = lines.slice(Math.max(0, table)).flatMap((line, index, all) => {
    const [, rank] = ENTRY.exec(line) ?? [];
    const [, code, signal] = EXIT.exec(all[index + 1] ?? '') ?? [];
    return rank === undefined || code === undefined ? [] : [{ rank: Number(rank), code, signal }];
  });
  // torchrun sends SIGTERM to the others.
  const failed = entries.toReversed().filter(({ code }) => code !== SIGTERM);
  const [first] = failed;
  if (first === undefined) return undefined;
  const endedOf = new Map(
    failed.map(({ rank, code, signal }) => [rank, signal ? `killed by ${signal}` : endedBy(code)]),
  );
  const attempts = lines.flatMap((line, index) => (ATTEMPT_FAILED.test(line) ? [index] : []));
  const from = (attempts.at(-2) ?? -1) + 1;
  return {
    from,
    lastWords: lastWordsOf(lines.slice(from, attempts.at(-1) ?? from)),
    ranks: failed.map(({ rank }) => rank),
    ended: endedOf.get(first.rank) ?? '',
    endedOf,
  };
}

/** The last line that is neither a launcher's log nor tagged by PyTorch as an error of a rank. */
export function lastWordsOf(lines: readonly string[]): string | undefined {
  const own = byProcess(lines).find(({ rank, host }) => rank === undefined && host === undefined)?.lines ?? [];
  return own.findLast((line) => line.trim() !== '' && !LAUNCHER_LOG.test(line));
}

const SIGTERM = '-15';

// Launchers that print one line about the process that failed first.
const REPORTS: ReadonlyArray<
  readonly [line: RegExp, report: (...groups: readonly string[]) => Omit<LauncherReport, 'from'>]
> = [
  // torch.multiprocessing.spawn
  [/ProcessExitedException: process (\d+) terminated with (exit code \d+|signal SIG\w+)/, byRank],
  [/^-- Process (\d+) terminated with the following error:$/, byRank],
  // Lightning
  [/^\[rank: (\d+)\] Child process with PID \d+ terminated with code (-?\d+)\./, byRank],
  // Ray Train
  [/^\[Rank (\d+)(?:,[\d,]*)?(?: Error Snippet)?\]:?$/, byRank],
  // Open MPI
  [/MPI_ABORT was invoked on rank (\d+) in communicator/, byRank],
  [
    /noticed that process rank (\d+) with PID \d+ on node (\S+) exited on signal (\d+)/,
    (rank = '', host, signal) => ({ ranks: [Number(rank)], host, ended: `killed by signal ${signal}` }),
  ],
];

function byRank(rank = '', how = ''): Omit<LauncherReport, 'from'> {
  return { ranks: [Number(rank)], ended: endedBy(how) };
}

function endedBy(how: string): string {
  return how
    .replace(/^-(\d+)$/, 'killed by signal $1')
    .replace(/^(\d+)$/, 'exit code $1')
    .replace(/^signal/, 'killed by');
}

function lineReport(lines: readonly string[]): LauncherReport | undefined {
  for (const [at, line] of [...lines.entries()].reverse()) {
    for (const [pattern, report] of REPORTS) {
      const match = pattern.exec(line);
      if (match === null) continue;
      // The launcher's own traceback leads to its line.
      const traceback = lines.slice(0, at).lastIndexOf('Traceback (most recent call last):');
      const lastWords = lastWordsOf(lines.slice(0, traceback < 0 ? at : traceback));
      return { from: 0, errorAt: at + 1, lastWords, ...report(...match.slice(1)) };
    }
  }
  return undefined;
}

// [[13554,1],1] of version 4, [prterun-algo-1-27064@1,1] of version 5.
const PROCESS_NAME = /^\s+Process name: \[(?:\[\d+,\d+\]|prterun-\S+@\d+),(\d+)\]$/;

function openMpiReport(lines: readonly string[]): LauncherReport | undefined {
  const at = lines.findLastIndex((line) => PROCESS_NAME.test(line));
  const [, rank] = PROCESS_NAME.exec(lines[at] ?? '') ?? [];
  const [, code] = /^\s+Exit code: +(\d+)$/.exec(lines[at + 1] ?? '') ?? [];
  return rank === undefined || code === undefined
    ? undefined
    : { from: 0, ranks: [Number(rank)], ended: `exit code ${code}` };
}

const LIGHTNING_RANK = /^Initializing distributed: GLOBAL_RANK: (\d+), MEMBER: \d+\/\d+$/;

/** The first process of Lightning may end before it notices the end of another one. */
function lightningReport(lines: readonly string[]): LauncherReport | undefined {
  const started = lines.flatMap((line) => LIGHTNING_RANK.exec(line)?.slice(1).map(Number) ?? []);
  return started.length < 2 ? undefined : { from: 0, ranks: [], started, ended: 'ended without an error of its own' };
}

const RAY_WORKER = /RayTaskError(?:\(\w+\))?: ray::.* \(pid=(\d+), ip=([^,)\s]+)/;

/** The worker of Ray whose error the driver printed. Ray lists the ranks of its workers when it starts them. */
function rayReport(lines: readonly string[]): LauncherReport | undefined {
  const [, pid, host] = RAY_WORKER.exec(lines.findLast((line) => RAY_WORKER.test(line)) ?? '') ?? [];
  if (host === undefined) return undefined;
  return { from: 0, ranks: rayRanks(lines, host, pid), host, ended: '' };
}

/** A worker of Ray Train that ended without an error in Python, such as a killed one. */
function rayDeath(lines: readonly string[]): LauncherReport | undefined {
  const at = lines.lastIndexOf('\tclass_name: RayTrainWorker');
  const about = at < 0 ? [] : lines.slice(at + 1, at + 6);
  const member = (name: string) => about.find((line) => line.startsWith(`\t${name}: `))?.slice(name.length + 3);
  const host = member('ip');
  if (host === undefined) return undefined;
  return { from: 0, ranks: rayRanks(lines, host, member('pid')), host, ended: 'the worker process died' };
}

function rayRanks(lines: readonly string[], host: string, pid: string | undefined): readonly number[] {
  const started = lines.findLast((line) => line.includes(`ip=${host}, pid=${pid}) world_rank=`));
  const [, rank] = / world_rank=(\d+)/.exec(started ?? '') ?? [];
  return rank === undefined ? [] : [Number(rank)];
}
