import { METRIC_MARK, reportedValues } from '../../log/metric-line.ts';
import type { OutputStream } from '../../text/output-stream.ts';
import type { MetricValue } from '../record.ts';
import type { MetricPoint } from './metrics-file.ts';
import { SeriesFile } from './series-file.ts';

/** How {@link ReportedMetrics} are stored and shown. */
export interface ReportedMetricsOptions {
  /** Names of metrics that the request defines: their expressions find the values, as on SageMaker. */
  readonly defined: readonly string[];
  readonly onPoint: (point: MetricPoint) => void;
  readonly warn: (message: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

// As many as a request may define.
const MOST_NAMES = 40;
const MARK = Buffer.from(METRIC_MARK);
// The mark, a name of 255 characters, "=", a number and ";".
const LONGEST_BYTES = 320;
const NEWLINE = 10;

/** Finds the values that programs report by `reportMetric`: no definition is needed. Costs nothing in output without them. */
export class ReportedMetrics {
  readonly #options: ReportedMetricsOptions;
  readonly #file: SeriesFile;
  readonly #last = new Map<string, MetricPoint>();
  /** The end of what a stream brought, which may be the start of a value. */
  readonly #rests = new Map<string, Buffer>();
  #hasTooMany = false;

  /** `dir` is the job's folder. */
  constructor(dir: string, options: ReportedMetricsOptions) {
    this.#options = options;
    this.#file = new SeriesFile(dir, options.warn);
  }

  /** Takes what a host wrote on a stream: any bytes, in their order. A promise: wait before you bring more. */
  push(host: string, stream: OutputStream, bytes: Buffer): Promise<void> | undefined {
    const key = `${stream} ${host}`;
    const text = joined(this.#rests.get(key), bytes);
    const start = text.indexOf(MARK);
    const lastMark = start < 0 ? -1 : text.lastIndexOf(MARK);
    this.#keepRest(key, text, lastMark);
    return start < 0 ? undefined : this.#take(host, text.toString('latin1', start));
  }

  /** The hosts have ended. They may be started again. */
  endLines(): void {
    this.#rests.clear();
  }

  /** Resolves with the last value of each metric, once all are stored. */
  async close(): Promise<readonly MetricValue[]> {
    await this.#file.close();
    return [...this.#last.values()].map(({ name, value, time }) => {
      return { MetricName: name, Value: value, Timestamp: time / 1000 };
    });
  }

  #keepRest(key: string, text: Buffer, lastMark: number): void {
    if (text.at(-1) === NEWLINE) {
      this.#rests.delete(key);
      return;
    }
    // A value that is complete is not looked at again.
    const isOpen = lastMark >= 0 && text.indexOf(';', lastMark) < 0 && text.length - lastMark < LONGEST_BYTES;
    const from = isOpen ? lastMark : Math.max(lastMark + 1, text.length - MARK.length + 1);
    this.#rests.set(key, Buffer.from(text.subarray(from)));
  }

  #take(host: string, text: string): Promise<void> | undefined {
    const time = (this.#options.now ?? Date.now)();
    const points: MetricPoint[] = [];
    for (const { name, value } of reportedValues(text)) {
      if (!this.#isTaken(name)) continue;
      const point = { time, host, name, value };
      // Before the next one: each may be the last of the names that are taken.
      this.#last.set(name, point);
      points.push(point);
      this.#options.onPoint(point);
    }
    return this.#file.add(points);
  }

  #isTaken(name: string): boolean {
    if (this.#options.defined.includes(name)) return false;
    if (this.#last.has(name) || this.#last.size < MOST_NAMES) return true;
    if (!this.#hasTooMany) {
      const message = `the program reports more than ${MOST_NAMES} metrics: the record and the charts contain the first ${MOST_NAMES}`;
      this.#options.warn(message);
    }
    this.#hasTooMany = true;
    return false;
  }
}

/** What a stream brought before, as far as a value may have begun in it, with the next bytes. Copies them only if one has. */
function joined(rest: Buffer | undefined, bytes: Buffer): Buffer {
  if (rest === undefined) return bytes;
  const isLong = bytes.length >= MARK.length;
  const hasBegun = !isLong || Buffer.concat([rest, bytes.subarray(0, MARK.length)]).includes(MARK);
  return hasBegun ? Buffer.concat([rest, bytes]) : bytes;
}
