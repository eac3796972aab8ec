/** What a launcher printed about the process that failed. */
export interface LauncherReport {
  /** Index of the first line of the output that belongs to the last attempt. */
  readonly from: number;
  /** Ranks that failed by themselves, if they are known; the launcher's first choice comes first. */
  readonly ranks: readonly number[];
  readonly host?: string | undefined;
  /** How the process ended, such as `exit code 7`; empty if its own error is printed. */
  readonly ended: string;
  /** The last line of the processes before the launcher's own. */
  readonly lastWords?: string | undefined;
}

/** The last report of a launcher in the output, if there is one. */
export function launcherReport(lines: readonly string[]): LauncherReport | undefined {
  return torchrunReport(lines) ?? lineReport(lines) ?? openMpiReport(lines) ?? rayReport(lines);
}

const ROOT_CAUSE = 'Root Cause (first observed failure):';
// One such line for each attempt.
const ATTEMPT_FAILED = /\] failed \(exitcode: -?\d+\) local_rank: \d+ /;
const TORCH_LOG = /^[A-Z]\d{4} \d\d:/;
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
    return rank === undefined || code === undefined ? [] : [{ rank: Number(rank), code: Number(code), signal }];
  });
  // torchrun sends SIGTERM to the others.
  const failed = entries.toReversed().filter(({ code }) => code !== -SIGTERM);
  const [first] = failed;
  if (first === undefined) return undefined;
  const { code, signal } = first;
  const attempts = lines.flatMap((line, index) => (ATTEMPT_FAILED.test(line) ? [index] : []));
  const from = (attempts.at(-2) ?? -1) + 1;
  return {
    from,
    lastWords: lines
      .slice(from, attempts.at(-1) ?? from)
      .findLast((line) => line.trim() !== '' && !TORCH_LOG.test(line)),
    ranks: failed.map(({ rank }) => rank),
    ended: code < 0 ? `killed by ${signal ?? `signal ${-code}`}` : `exit code ${code}`,
  };
}

const SIGTERM = 15;

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
  const ended = how
    .replace(/^-(\d+)$/, 'killed by signal $1')
    .replace(/^(\d+)$/, 'exit code $1')
    .replace(/^signal/, 'killed by');
  return { ranks: [Number(rank)], ended };
}

function lineReport(lines: readonly string[]): LauncherReport | undefined {
  for (const line of lines.toReversed()) {
    for (const [pattern, report] of REPORTS) {
      const match = pattern.exec(line);
      if (match !== null) return { from: 0, ...report(...match.slice(1)) };
    }
  }
  return undefined;
}

const PROCESS_NAME = /^\s+Process name: \[\[\d+,\d+\],(\d+)\]$/;

function openMpiReport(lines: readonly string[]): LauncherReport | undefined {
  const at = lines.findLastIndex((line) => PROCESS_NAME.test(line));
  const [, rank] = PROCESS_NAME.exec(lines[at] ?? '') ?? [];
  const [, code] = /^\s+Exit code: +(\d+)$/.exec(lines[at + 1] ?? '') ?? [];
  return rank === undefined || code === undefined
    ? undefined
    : { from: 0, ranks: [Number(rank)], ended: `exit code ${code}` };
}

const RAY_WORKER = /RayTaskError(?:\(\w+\))?: ray::.* \(pid=(\d+), ip=([^,)\s]+)/;

/** The worker of Ray whose error the driver printed. Ray lists the ranks of its workers when it starts them. */
function rayReport(lines: readonly string[]): LauncherReport | undefined {
  const [, pid, host] = RAY_WORKER.exec(lines.findLast((line) => RAY_WORKER.test(line)) ?? '') ?? [];
  if (host === undefined) return undefined;
  const started = lines.findLast((line) => line.includes(`ip=${host}, pid=${pid}) world_rank=`));
  const [, rank] = / world_rank=(\d+)/.exec(started ?? '') ?? [];
  return { from: 0, ranks: rank === undefined ? [] : [Number(rank)], host, ended: '' };
}
