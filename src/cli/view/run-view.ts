import { styleText } from 'node:util';
import { monotonicMs } from '../../concurrency/clock.ts';
import { describeError } from '../../errors/error.ts';
import type { TrainingJobDescription } from '../../jobs/describe/describe.ts';
import type { JobEvent } from '../../jobs/events.ts';
import type { JobRecord } from '../../jobs/record.ts';
import type { SecondaryStatus } from '../../jobs/status.ts';
import type { TrainingJobResult } from '../../local/run-training-job.ts';
import { progressText } from '../../log/transfer-progress.ts';
import { durationText } from '../../report/format.ts';
import { visibleLine } from '../../text/visible.ts';
import { CLEAR_LINE } from './clear-line.ts';
import { deliverCommand } from './deliver-hint.ts';
import { failureSummary } from './failure-summary.ts';
import { OwnPaths } from './own-files/own-paths.ts';
import { prefixLines } from './prefix-lines.ts';
import { progressBar } from './progress-bar.ts';
import { shownReason } from './shown-reason.ts';
import { ShownStream } from './shown-stream.ts';
import { stateColour } from './state-colour.ts';
import { TrainLines } from './train-lines.ts';

const REDRAW_MS = 200;
// Work that takes less is not shown line by line.
const SHOWN_AFTER_MS = 1000;
const SAID_AGAIN_MS = 30_000;
// The time goes on where nothing else happens.
const CLOCK_MS = 1000;
const INDENTED_BREAK = `\n${' '.repeat(11)}`;
// Further lines of a message do not look like messages.
const CONTINUED = '\n  ';
const NEWLINE = 10;
// Of the terminal's own colours, those that are readable on light and dark.
const COLOURS = ['cyan', 'yellow', 'magenta', 'green', 'blue', 'red'] as const;

interface ShownProgress {
  readonly what: string;
  readonly start: number;
  readonly said: number;
  readonly done: number;
  readonly total: number | undefined;
}

// Their messages say no more than their names.
const PLAIN_STATES: ReadonlySet<SecondaryStatus> = new Set([
  'Pending',
  'Starting',
  'Downloading',
  'Training',
  'Uploading',
]);
// The summary says them.
const LAST_STATES: ReadonlySet<SecondaryStatus> = new Set(['Completed', 'Failed', 'Stopped']);

/** What a view shows of a job. */
export interface ViewOptions {
  /** Each line of the hosts, messages of statuses, and the whole failure reason. By default lines of the program. */
  readonly isVerbose?: boolean;
  /** Only lines of the program, and what is wrong. */
  readonly isQuiet?: boolean;
  /** Lines of the hosts go to standard error, since a document goes to standard output. */
  readonly isOutputOnError?: boolean;
  /** Folders of this machine that the code of the job may come from, to name the user's own files. Absolute. */
  readonly sources?: readonly string[];
}

type SummaryRow = readonly [label: string, text: string | undefined];

/** What the summary shows of any job. */
type EndedJob = Pick<
  JobRecord,
  | 'TrainingJobName'
  | 'SecondaryStatus'
  | 'FailureReason'
  | 'FinalMetricDataList'
  | 'BillableTimeInSeconds'
  | 'CreationTime'
  | 'TrainingEndTime'
  | 'LastModifiedTime'
>;

/** Shows a job that runs: the hosts' lines on standard output, all else on standard error. */
export class RunView {
  readonly #out: ShownStream;
  readonly #options: ViewOptions;
  readonly #filters = new Map<string, TrainLines>();
  readonly #ownPaths: OwnPaths;
  readonly #err = new ShownStream(process.stderr);
  /** Width of the hosts' names; 0 where there is one host, whose lines need no prefix. */
  readonly #prefixWidth: number;
  readonly #isLive: boolean;
  /** Masks the secrets of the job. */
  readonly #mask: (text: string) => string;
  readonly #isColoured: boolean;
  readonly #clock: NodeJS.Timeout;
  readonly #start = monotonicMs();
  readonly #metrics = new Map<string, number>();
  readonly #numbers = new Map<string, number>();
  #status = 'Starting';
  #drawn = 0;
  #isDrawn = false;
  /** Hosts whose last lines had no break at their end; with several hosts, one was added. */
  readonly #unfinished = new Set<string>();
  /** Whether the terminal's cursor stands behind what a host wrote without a line break. */
  #isMidLine = false;
  #isProgressDrawn = false;
  #progress: ShownProgress = { what: '', start: 0, said: 0, done: 0, total: undefined };
  #firstSaid: NodeJS.Timeout | undefined;

  constructor(hosts: readonly string[], mask: (text: string) => string, options: ViewOptions = {}) {
    this.#mask = mask;
    this.#options = options;
    const { isOutputOnError = false, isVerbose = false, sources = [] } = options;
    this.#ownPaths = new OwnPaths(sources, process.cwd());
    this.#out = isOutputOnError ? this.#err : new ShownStream(process.stdout);
    if (!isVerbose) for (const host of hosts) this.#filters.set(host, new TrainLines());
    this.#prefixWidth = hosts.length > 1 ? Math.max(...hosts.map(({ length }) => length)) : 0;
    this.#isLive = process.stderr.isTTY === true && options.isQuiet !== true;
    this.#isColoured = process.stdout.isTTY === true && !process.env['NO_COLOR'];
    this.#clock = setInterval(() => this.#tick(), CLOCK_MS).unref();
  }

  readonly show = (event: JobEvent): void | Promise<void> => {
    switch (event.type) {
      case 'log':
        return this.#showLines(event.host, event.lines);
      case 'status':
        this.#status = event.secondaryStatus;
        this.#endProgress();
        this.#showStatus(event.secondaryStatus, event.message);
        break;
      case 'metric':
        this.#metrics.set(event.name, event.value);
        this.#draw();
        break;
      case 'progress':
        this.#showProgress(event.what, event.doneBytes, event.totalBytes);
        break;
      case 'engine':
        this.info(`  ${event.line}`);
        break;
      case 'warning':
        this.note(`Warning: ${event.message}`);
    }
  };

  /** Writes a line of our own. */
  note(message: string): void {
    this.#clear();
    if (this.#isMidLine) void this.#out.write('\n');
    this.#isMidLine = false;
    void this.#err.write(`${this.#mask(message).replaceAll('\n', CONTINUED)}\n`);
    this.#draw();
  }

  /** Writes a line of our own, unless the view is quiet. */
  info(message: string): void {
    if (this.#options.isQuiet !== true) this.note(message);
  }

  /** Takes the live line away. */
  close(): void {
    clearInterval(this.#clock);
    this.#endProgress();
    this.#clear();
  }

  /** Takes the live line away and says how the job ended. */
  end({ name, record, error, report }: TrainingJobResult): void {
    for (const [host, filter] of this.#filters) void this.#write(host, filter.end());
    this.close();
    if (error !== undefined) void this.#err.write(`${this.#mask(describeError(error))}\n`);
    if (this.#options.isQuiet === true && record.FailureReason === undefined && record.notDelivered === undefined)
      return;
    this.#summarize(record, error, [
      ['model', record.ModelArtifacts?.S3ModelArtifacts],
      ...record.outputs.map((output) => ['output', output] as const),
      ...(record.notDelivered ?? []).map((sentence) => ['missing', sentence] as const),
      ['kept', record.undelivered],
      ['deliver', record.undelivered === undefined ? undefined : deliverCommand(name)],
      ...this.#resultRows(record),
      ['report', report],
    ]);
  }

  /** The same for a job of SageMaker. */
  endCloud(job: TrainingJobDescription): void {
    for (const [host, filter] of this.#filters) void this.#write(host, filter.end());
    this.close();
    if (this.#options.isQuiet === true && job.FailureReason === undefined) return;
    // The answer has the place of a model that a failed job has not made.
    const model = job.TrainingJobStatus === 'Failed' ? undefined : job.ModelArtifacts?.S3ModelArtifacts;
    this.#summarize(job, undefined, [['model', model], ...this.#resultRows(job)]);
  }

  #resultRows({ FinalMetricDataList: given = [], BillableTimeInSeconds: billable }: EndedJob): readonly SummaryRow[] {
    const metrics = given.map((metric) => `${visibleLine(metric.MetricName)}=${metric.Value}`);
    return [
      ['metrics', metrics.length === 0 ? undefined : metrics.join('  ')],
      ['billable', this.#options.isVerbose !== true || billable === undefined ? undefined : `${billable} s`],
    ];
  }

  #summarize(job: EndedJob, error: TrainingJobResult['error'], rows: readonly SummaryRow[]): void {
    const duration = durationText((job.TrainingEndTime ?? job.LastModifiedTime) - job.CreationTime);
    const lines = [...this.#reasonRows(job.FailureReason, error), ...rows].flatMap(([label, text]) =>
      text === undefined ? [] : [`  ${label.padEnd(9)}${this.#mask(text).replaceAll(/\n(?!\n)/g, INDENTED_BREAK)}\n`],
    );
    const state = visibleLine(job.SecondaryStatus);
    void this.#err.write(`\nJob ${job.TrainingJobName}: `);
    // Text would lose its colour.
    void this.#err.write(Buffer.from(this.#isLive ? stateColour(state) : state));
    void this.#err.write(` after ${duration}\n${lines.join('')}`);
  }

  #reasonRows(
    reason: string | undefined,
    error: TrainingJobResult['error'],
  ): readonly (readonly [string, string | undefined])[] {
    if (reason === undefined) return [];
    // The error above is the reason, or comes before it.
    if (error !== undefined && reason.includes(error.message)) {
      const advice = reason.slice(reason.indexOf(error.message) + error.message.length).replace(/^[.\s]+/, '');
      return advice === '' || error.fix?.startsWith(advice.replace(/\.$/, '')) === true
        ? []
        : [['advice', shownReason(advice, 0)]];
    }
    const { isVerbose = false, sources = [] } = this.#options;
    const masked = this.#mask(reason);
    const summary = isVerbose ? undefined : failureSummary(masked, sources, process.cwd());
    if (summary === undefined) return [['reason', shownReason(masked, 0)]];
    const code = summary.exitCode === 1 ? '' : ` (exit code ${summary.exitCode})`;
    return [
      ['reason', `${shownReason(summary.error, 0)}${code}`],
      ['at', summary.position && visibleLine(summary.position)],
    ];
  }

  #showStatus(status: SecondaryStatus, message: string): void {
    const { isVerbose = false } = this.#options;
    if (isVerbose) this.note(`${status}: ${message}`);
    else if (!LAST_STATES.has(status)) this.info(PLAIN_STATES.has(status) ? status : `${status}: ${message}`);
  }

  #showLines(host: string, given: Buffer): void | Promise<void> {
    return this.#write(host, this.#filters.get(host)?.show(given) ?? given);
  }

  #write(host: string, given: Buffer): void | Promise<void> {
    if (given.length === 0) return;
    const lines = this.#ownPaths.show(given);
    this.#clear();
    this.#isMidLine = process.stdout.isTTY === true && this.#prefixWidth === 0 && lines.at(-1) !== NEWLINE;
    const wait = this.#out.write(this.#prefixWidth > 0 ? this.#wholeLines(host, lines) : lines);
    if (wait !== undefined) return wait;
    this.#draw();
  }

  /** Lines with their host's name. The end of a line that was shown without it, as a whole line, is no line by itself. */
  #wholeLines(host: string, lines: Buffer): Buffer {
    const rest = this.#unfinished.has(host) && lines[0] === NEWLINE ? lines.subarray(1) : lines;
    if (lines.at(-1) === NEWLINE) this.#unfinished.delete(host);
    else this.#unfinished.add(host);
    return rest.length === 0 ? rest : this.#withPrefix(host, rest);
  }

  #withPrefix(host: string, lines: Buffer): Buffer {
    const known = this.#numbers.get(host) ?? this.#numbers.size;
    this.#numbers.set(host, known);
    const colour = COLOURS[known % COLOURS.length] ?? 'cyan';
    const name = `${host.padEnd(this.#prefixWidth)} |`;
    const prefix = this.#isColoured ? `${styleText(colour, name, { validateStream: false })} ` : `${name} `;
    return prefixLines(lines, prefix);
  }

  #showProgress(what: string, done: number, total: number | undefined): void {
    const now = monotonicMs();
    if (this.#progress.what === what) {
      this.#progress = { ...this.#progress, done, total };
    } else {
      this.#endProgress();
      this.#progress = { what, start: now, said: now, done, total };
      this.#firstSaid = setTimeout(() => this.#sayProgress(), SHOWN_AFTER_MS).unref();
    }
    if (this.#isLive) {
      if (!this.#isCountless()) this.#drawProgress();
    } else if (now - this.#progress.said > SAID_AGAIN_MS) {
      this.#sayProgress();
    }
  }

  /** Whether nothing is counted: only the name of the work is shown. */
  #isCountless(): boolean {
    return this.#progress.done === 0 && this.#progress.total === undefined;
  }

  #endProgress(): void {
    clearTimeout(this.#firstSaid);
    this.#progress = { ...this.#progress, what: '' };
  }

  #sayProgress(): void {
    const now = monotonicMs();
    const { what, start, done, total } = this.#progress;
    this.#progress = { ...this.#progress, said: now };
    if (this.#isLive) this.#drawProgress();
    else this.info(this.#isCountless() ? what : `${what}: ${progressText(done, total, (now - start) / 1000)}`);
  }

  #drawProgress(): void {
    const { what, start, done, total } = this.#progress;
    const seconds = () => (monotonicMs() - start) / 1000;
    // A terminal may cut the end off.
    const text = () =>
      this.#isCountless()
        ? `${Math.round(seconds())} s  ${what}`
        : `${progressBar(done, total)}${progressText(done, total, seconds())}  ${what}`;
    // Do not wait for the next redraw of the status line.
    if (!this.#isProgressDrawn) this.#drawn = Number.NEGATIVE_INFINITY;
    this.#drawText(text);
    this.#isProgressDrawn = this.#isDrawn;
  }

  // What is drawn already, such as how far a download is, stays.
  #tick(): void {
    if (monotonicMs() - this.#drawn < CLOCK_MS) return;
    if (this.#progress.what !== '' && this.#isCountless()) this.#drawProgress();
    else this.#draw();
  }

  #draw(): void {
    this.#isProgressDrawn = false;
    this.#drawText(() => {
      const seconds = Math.round((monotonicMs() - this.#start) / 1000);
      const metrics = [...this.#metrics].map(([name, value]) => `${visibleLine(this.#mask(name))}=${value}`);
      return [`${seconds} s`, this.#status, ...metrics].join('  ');
    });
  }

  #drawText(text: () => string): void {
    const now = monotonicMs();
    if (!this.#isLive || this.#isMidLine || (this.#isDrawn && now - this.#drawn < REDRAW_MS)) return;
    this.#drawn = now;
    this.#isDrawn = true;
    // A terminal that knows no size says 0.
    void this.#err.write(`${CLEAR_LINE}${visibleLine(text()).slice(0, (process.stderr.columns || 80) - 1)}`);
  }

  #clear(): void {
    if (this.#isDrawn) void this.#err.write(CLEAR_LINE);
    this.#isDrawn = false;
  }
}
