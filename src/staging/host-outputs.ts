import type { OnJobEvent } from '../jobs/events.ts';
import { type LogWriter, openLogWriter } from '../jobs/logs/writer.ts';
import type { Metrics } from '../jobs/metrics/metrics.ts';
import type { MetricValue } from '../jobs/record.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { LineSplitter } from '../text/line-splitter.ts';

// A line without an end is passed on in pieces of this size.
const LONGEST_LINE_BYTES = 64 * 1024;

/** Where the output of a job's hosts goes: into their logs, through the metrics, and to whoever watches. */
export class HostOutputs {
  readonly #dir: string;
  readonly #onEvent: OnJobEvent;
  readonly #warn: (message: string) => void;
  readonly #logs = new Map<string, LogWriter>();
  readonly #lines = new Map<string, LineSplitter>();
  readonly #metrics: Metrics | undefined;

  private constructor(dir: string, onEvent: OnJobEvent, metrics: Metrics | undefined) {
    this.#dir = dir;
    this.#onEvent = onEvent;
    this.#warn = (message) => void onEvent({ type: 'warning', message });
    this.#metrics = metrics;
  }

  /** `dir` is the job's folder. */
  static async open(dir: string, request: TrainingJobRequest, onEvent: OnJobEvent): Promise<HostOutputs> {
    return new HostOutputs(dir, onEvent, await metricsOf(dir, request, onEvent));
  }

  /** Takes the bytes of one host. A promise: wait before you bring more. */
  of(host: string): (bytes: Buffer) => void | Promise<void> {
    const log = this.#logOf(host);
    const lines = new LineSplitter({ longestBytes: LONGEST_LINE_BYTES });
    this.#lines.set(host, lines);
    return (bytes) => {
      this.#metrics?.push(host, bytes);
      const pending = lines.push(bytes).map((piece) => this.#tell(host, piece));
      const waits = [...pending, log.write(bytes)].filter((wait) => wait instanceof Promise);
      return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
    };
  }

  /** Tells last lines that have no break: the hosts of an attempt have ended. */
  endLines(): void {
    for (const [host, lines] of this.#lines) void this.#tell(host, lines.end());
    this.#lines.clear();
  }

  /** Resolves when all is written, with the last value of each metric. */
  async close(): Promise<readonly MetricValue[]> {
    this.endLines();
    await Promise.all([...this.#logs.values()].map((log) => log.close()));
    return (await this.#metrics?.close()) ?? [];
  }

  #tell(host: string, lines: Buffer | undefined): void | Promise<void> {
    if (lines !== undefined) return this.#onEvent({ type: 'log', time: Date.now(), host, lines });
  }

  // One for all attempts.
  #logOf(host: string): LogWriter {
    const known = this.#logs.get(host);
    if (known !== undefined) return known;
    const onError = (error: Error) => this.#warn(`The log of ${host} cannot be kept: ${error.message}`);
    const writer = openLogWriter(this.#dir, host, { onError });
    this.#logs.set(host, writer);
    return writer;
  }
}

// What looks for metrics is loaded for a job that defines some.
async function metricsOf(dir: string, request: TrainingJobRequest, onEvent: OnJobEvent): Promise<Metrics | undefined> {
  const { MetricDefinitions: definitions = [] } = request.AlgorithmSpecification ?? {};
  if (definitions.length === 0) return undefined;
  const { openMetrics } = await import('#jobs/metrics/metrics');
  return openMetrics(dir, definitions, {
    onPoint: ({ time, host, name, value }) => void onEvent({ type: 'metric', time, host, name, value }),
    warn: (message) => void onEvent({ type: 'warning', message }),
  });
}
