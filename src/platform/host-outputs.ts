import type { TrainingJobRequest } from '../request/request.ts';
import type { OnJobEvent } from './events.ts';
import { Lines } from './lines.ts';
import { type LogWriter, openLogWriter } from './logs/writer.ts';
import { type Metrics, openMetrics } from './metrics/metrics.ts';
import type { MetricValue } from './record.ts';

/** Where the output of a job's hosts goes: into their logs, through the metrics, and to whoever watches. */
export class HostOutputs {
  readonly #dir: string;
  readonly #onEvent: OnJobEvent;
  readonly #warn: (message: string) => void;
  readonly #logs = new Map<string, LogWriter>();
  readonly #lines = new Map<string, Lines>();
  readonly #metrics: Metrics | undefined;

  /** `dir` is the job's folder. */
  constructor(dir: string, request: TrainingJobRequest, onEvent: OnJobEvent) {
    this.#dir = dir;
    this.#onEvent = onEvent;
    this.#warn = (message) => void onEvent({ type: 'warning', message });
    this.#metrics = openMetrics(dir, request.AlgorithmSpecification?.MetricDefinitions ?? [], {
      onPoint: ({ time, host, name, value }) => void onEvent({ type: 'metric', time, host, name, value }),
      warn: this.#warn,
    });
  }

  /** Takes the bytes of one host. A promise: wait before you bring more. */
  of(host: string): (bytes: Buffer) => void | Promise<void> {
    const log = this.#logOf(host);
    const lines = new Lines();
    this.#lines.set(host, lines);
    return (bytes) => {
      this.#metrics?.push(host, bytes);
      const waits = [this.#tell(host, lines.push(bytes)), log.write(bytes)].filter((wait) => wait instanceof Promise);
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
