import { checkMetricDefinitions, type MetricDefinition } from '../../jobs/metrics/definitions.ts';
import { MATCHER_LIMITS, Matcher } from '../../jobs/metrics/matcher.ts';
import type { LineChunk } from '../../jobs/metrics/messages.ts';
import type { JobUpdate } from './cloud-platform.ts';
import type { HostLine } from './logs/stream-reader.ts';

export type MetricUpdate = Extract<JobUpdate, { readonly type: 'metric' }>;

const BATCH_BYTES = 256 << 10;

/** Finds metrics in lines of the log, as the platform does (contract C55). To be closed. */
export class LineMetrics {
  readonly #definitions: readonly MetricDefinition[];
  readonly #matcher: Matcher | undefined;
  #chunks: LineChunk[] = [];
  #bytes = 0;

  /** `warn` gets the name of a metric whose expression takes too long, or all of them if the thread cannot live. */
  constructor(definitions: readonly MetricDefinition[], warn: (message: string) => void) {
    // Expressions that another dialect reads are the platform's alone: their values come with the end.
    this.#definitions = definitions.filter((one) => checkMetricDefinitions([one]).length === 0);
    if (this.#definitions.length === 0) return;
    this.#matcher = new Matcher(
      this.#definitions.map(({ Regex }) => Regex),
      {
        onGivenUp: (index) =>
          warn(`metric "${this.#definitions[index]?.Name}" is not looked for any more: its expression takes too long`),
        onBroken: (error) => warn(`metrics are not looked for any more: ${error.message}`),
      },
      MATCHER_LIMITS,
    );
  }

  /** Takes a line. True if it is time to {@link match}. */
  push({ host, time, line }: HostLine): boolean {
    if (this.#matcher === undefined) return false;
    const bytes = Buffer.from(`${line}\n`);
    this.#chunks.push({ host, time, bytes, isShortened: false });
    this.#bytes += bytes.length;
    return this.#bytes >= BATCH_BYTES;
  }

  /** The metrics in the lines since the last call. */
  async match(): Promise<readonly MetricUpdate[]> {
    const chunks = this.#chunks;
    if (this.#matcher === undefined || chunks.length === 0) return [];
    this.#chunks = [];
    this.#bytes = 0;
    const { values } = await this.#matcher.match(joined(chunks));
    return values.map(({ metric, time, value }) => {
      return { type: 'metric', time, name: this.#definitions[metric]?.Name ?? '', value };
    });
  }

  async close(): Promise<void> {
    await this.#matcher?.close();
  }
}

/** Lines of one host and time as one chunk: each chunk is decoded by itself. */
function joined(chunks: readonly LineChunk[]): readonly LineChunk[] {
  const groups: LineChunk[][] = [];
  for (const chunk of chunks) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    if (group !== undefined && first?.host === chunk.host && first.time === chunk.time) group.push(chunk);
    else groups.push([chunk]);
  }
  return groups.flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    return [{ ...first, bytes: Buffer.concat([first, ...others].map(({ bytes }) => bytes)) }];
  });
}
