import { hostName } from '../contract/hosts.ts';
import type { OnJobEvent } from '../jobs/events.ts';
import { HostLines } from '../jobs/logs/host-lines.ts';
import { type LogWriter, openLogWriter } from '../jobs/logs/writer.ts';
import type { Metrics } from '../jobs/metrics/metrics.ts';
import type { MetricPoint } from '../jobs/metrics/metrics-file.ts';
import { ReportedMetrics } from '../jobs/metrics/reported-metrics.ts';
import type { JobRecord, MetricValue } from '../jobs/record.ts';
import { makeLineSink } from '../log/line-sink.ts';
import type { OutputStream } from '../text/output-stream.ts';

/** The metrics of a job: those of its request, and those of its algorithm. */
type JobMetrics = Pick<JobRecord, 'request' | 'algorithmMetrics'>;

/** Where the output of a job's hosts goes: into their logs, through the metrics, and to listeners. */
export class HostOutputs {
  readonly #dir: string;
  readonly #onEvent: OnJobEvent;
  readonly #warn: (message: string) => void;
  readonly #logs: LogWriter[] = [];
  readonly #lines = new Map<string, HostLines>();
  /** Values that the request's expressions find. */
  readonly #metrics: Metrics | undefined;
  /** Values that the program reports itself. */
  readonly #reported: ReportedMetrics;

  private constructor(dir: string, onEvent: OnJobEvent, found: MetricsOfJob) {
    this.#dir = dir;
    this.#onEvent = onEvent;
    this.#warn = (message) => void onEvent({ type: 'warning', message });
    this.#metrics = found.metrics;
    this.#reported = found.reported;
  }

  /** `dir` is the job's folder. */
  static async open(dir: string, job: JobMetrics, onEvent: OnJobEvent): Promise<HostOutputs> {
    return new HostOutputs(dir, onEvent, await metricsOf(dir, job, onEvent));
  }

  /** Takes the bytes of one host. A promise: wait before you bring more of this stream. */
  of(host: string): (bytes: Buffer, stream: OutputStream) => void | Promise<void> {
    const lines = this.#linesOf(host);
    return (bytes, stream) => {
      this.#metrics?.push(host, stream, bytes);
      const stored = this.#reported.push(host, stream, bytes);
      const shown = lines.push(bytes, stream);
      return stored === undefined ? shown : Promise.all([stored, shown]).then(() => undefined);
    };
  }

  /** Begins the log of the first host with lines of optml about the job. */
  async introduce(lines: readonly string[]): Promise<void> {
    const texts: string[] = [];
    const log = makeLineSink((text) => void texts.push(text));
    for (const line of lines) log('info', line);
    if (texts.length > 0) await this.#linesOf(hostName(1)).push(Buffer.from(texts.join('')), 'stdout');
  }

  /** Ends last lines that have no break: the hosts of an attempt have ended. */
  endLines(): void {
    for (const lines of this.#lines.values()) lines.end();
    this.#metrics?.endLines();
    this.#reported.endLines();
  }

  /**
   * Resolves when all is written, with the last value of each metric. `hasRun`: the hosts have run to their end, so a metric
   * without a value is worth a warning.
   */
  async close({ hasRun }: { readonly hasRun: boolean }): Promise<readonly MetricValue[]> {
    this.endLines();
    await Promise.all(this.#logs.map((log) => log.close()));
    const found = (await this.#metrics?.close({ hasRun })) ?? [];
    return [...found, ...(await this.#reported.close())];
  }

  // One for all attempts, with one log.
  #linesOf(host: string): HostLines {
    const known = this.#lines.get(host);
    if (known !== undefined) return known;
    const onError = (error: Error) => this.#warn(`The log of ${host} cannot be kept: ${error.message}`);
    const log = openLogWriter(this.#dir, host, { onError });
    const lines = new HostLines((bytes) => {
      const waits = [this.#onEvent({ type: 'log', time: Date.now(), host, lines: bytes }), log.write(bytes)];
      return waits.some((wait) => wait instanceof Promise) ? Promise.all(waits).then(() => undefined) : undefined;
    });
    this.#logs.push(log);
    this.#lines.set(host, lines);
    return lines;
  }
}

interface MetricsOfJob {
  readonly metrics: Metrics | undefined;
  readonly reported: ReportedMetrics;
}

async function metricsOf(
  dir: string,
  { request, algorithmMetrics = [] }: JobMetrics,
  onEvent: OnJobEvent,
): Promise<MetricsOfJob> {
  const { MetricDefinitions: own = [] } = request.AlgorithmSpecification ?? {};
  // A job reports only some metrics of a built-in algorithm.
  const definitions = [...own, ...algorithmMetrics.map((metric) => ({ ...metric, isOptional: true }))];
  const options = {
    onPoint: ({ time, host, name, value }: MetricPoint) => void onEvent({ type: 'metric', time, host, name, value }),
    warn: (message: string) => void onEvent({ type: 'warning', message }),
  };
  const reported = new ReportedMetrics(dir, { ...options, defined: definitions.map(({ Name }) => Name) });
  if (definitions.length === 0) return { metrics: undefined, reported };
  // What matches expressions is loaded for a job that defines some.
  const { openMetrics } = await import('#jobs/metrics/metrics');
  return { metrics: openMetrics(dir, definitions, options), reported };
}
