import { within } from '../../concurrency/clock.ts';
import { quoteValue } from '../../errors/quote-value.ts';
import type { OutputStream } from '../../text/output-stream.ts';
import type { MetricValue } from '../record.ts';
import type { MetricDefinition } from './definitions.ts';
import { LineQueue } from './line-queue.ts';
import { MATCHER_LIMITS, Matcher, type MatcherLimits } from './matcher.ts';
import type { FoundValue, LineChunk, OddValues } from './messages.ts';
import type { MetricPoint } from './metrics-file.ts';
import { SeriesFile } from './series-file.ts';
import { describeSkipped, describeValues } from './warnings.ts';

/** Finds the metrics in what the hosts of a job write. */
export interface Metrics {
  /** Takes what a host wrote on a stream: any bytes, in their order. Never waits, never throws. */
  push(host: string, stream: OutputStream, bytes: Buffer): void;
  /** The hosts have ended: what they wrote last is a line, also without a break. They may be started again. */
  endLines(): void;
  /**
   * Resolves with the last value of each metric that has one, once all lines are matched or given up. `hasRun`: whether to
   * warn about metrics without a value.
   */
  close(options: { readonly hasRun: boolean }): Promise<readonly MetricValue[]>;
}

/** A metric that is looked for. */
export interface SoughtMetric extends MetricDefinition {
  /** Whether it may have no value, without a warning. By default not. */
  readonly isOptional?: boolean;
}

export interface MetricsOptions {
  readonly onPoint: (point: MetricPoint) => void;
  readonly warn: (message: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly limits?: MatcherLimits;
}

const MOST_WAITING_BYTES = 16 << 20;
const BATCH_BYTES = 256 << 10;
// Longest that a job waits at its end for lines to be matched.
const CLOSE_MS = 10_000;

/**
 * Starts to look for metrics (contract C55), which have passed `checkMetricDefinitions`, and to store their series in the
 * job's folder `dir`. Undefined without definitions: nothing is started then. An expression that takes too long is given
 * up with a warning; lines that come faster than they are matched are left out, and counted once at the end.
 */
export function openMetrics(
  dir: string,
  definitions: readonly SoughtMetric[],
  options: MetricsOptions,
): Metrics | undefined {
  return definitions.length === 0 ? undefined : new MetricsOfJob(dir, definitions, options);
}

class MetricsOfJob implements Metrics {
  readonly #definitions: readonly SoughtMetric[];
  readonly #options: MetricsOptions;
  readonly #now: () => number;
  readonly #queue = new LineQueue(MOST_WAITING_BYTES);
  readonly #matcher: Matcher;
  readonly #file: SeriesFile;
  readonly #last = new Map<number, FoundValue>();
  readonly #odd = new Map<number, OddValues>();
  /** Expressions that nothing can be said about at the end: a warning has named the reason. */
  readonly #givenUp = new Set<number>();
  #isBroken = false;
  #isMatching = false;
  /** Ends when nothing waits any more. */
  #work = Promise.resolve();
  #inWork: readonly LineChunk[] = [];

  constructor(dir: string, definitions: readonly SoughtMetric[], options: MetricsOptions) {
    this.#definitions = definitions;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    const regexes = definitions.map(({ Regex }) => Regex);
    const events = {
      onGivenUp: (metric: number) => this.#warnOfSlow(metric),
      onBroken: (error: Error) => {
        this.#isBroken = true;
        options.warn(`metrics are not looked for any more: ${error.message}`);
      },
    };
    this.#matcher = new Matcher(regexes, events, options.limits ?? MATCHER_LIMITS);
    this.#file = new SeriesFile(dir, options.warn);
  }

  push(host: string, stream: OutputStream, bytes: Buffer): void {
    this.#queue.push(host, stream, this.#now(), bytes);
    this.#goOn();
  }

  endLines(): void {
    this.#queue.endLines(this.#now());
    this.#goOn();
  }

  async close({ hasRun }: { readonly hasRun: boolean }): Promise<readonly MetricValue[]> {
    this.endLines();
    if (!(await within(this.#work, CLOSE_MS))) this.#queue.dropAll(this.#inWork);
    await this.#matcher.close();
    await this.#file.close();
    for (const warning of describeSkipped(this.#queue)) this.#options.warn(warning);
    if (hasRun && !this.#isBroken) this.#warnOfValues();
    return this.#definitions.flatMap(({ Name }, index) => {
      const last = this.#last.get(index);
      return last === undefined ? [] : [{ MetricName: Name, Value: last.value, Timestamp: last.time / 1000 }];
    });
  }

  #goOn(): void {
    if (this.#isMatching) return;
    this.#isMatching = true;
    this.#work = this.#matchAll();
  }

  // May end before it returns, when no whole line waits.
  async #matchAll(): Promise<void> {
    try {
      for (;;) {
        this.#inWork = this.#queue.take(BATCH_BYTES);
        if (this.#inWork.length === 0) return;
        const { values, odd } = await this.#matcher.match(this.#inWork);
        this.#noteOdd(odd);
        await this.#store(values);
      }
    } finally {
      this.#isMatching = false;
    }
  }

  #noteOdd(found: readonly OddValues[]): void {
    for (const odd of found) {
      const before = this.#odd.get(odd.metric);
      this.#odd.set(odd.metric, before === undefined ? odd : { ...before, lines: before.lines + odd.lines });
    }
  }

  #warnOfValues(): void {
    const areAllSearched = this.#queue.dropped === 0 && this.#queue.shortened === 0;
    for (const [index, definition] of this.#definitions.entries()) {
      if (this.#givenUp.has(index) || definition.isOptional === true) continue;
      const seen = { hasValue: this.#last.has(index), odd: this.#odd.get(index), areAllSearched };
      const warning = describeValues(definition, seen);
      if (warning !== undefined) this.#options.warn(warning);
    }
  }

  async #store(values: readonly FoundValue[]): Promise<void> {
    const points = values.map((found): MetricPoint => {
      this.#last.set(found.metric, found);
      const { host, time, value } = found;
      return { time, host, name: this.#definitions[found.metric]?.Name ?? '', value };
    });
    for (const point of points) this.#options.onPoint(point);
    await this.#file.add(points);
  }

  #warnOfSlow(metric: number): void {
    this.#givenUp.add(metric);
    const { Name = '', Regex = '' } = this.#definitions[metric] ?? {};
    this.#options.warn(
      `metric ${quoteValue(Name)} is given up: its regular expression takes too long on a line of the log. It is ${quoteValue(Regex)}; avoid repeats within repeats, such as (a+)+`,
    );
  }
}
