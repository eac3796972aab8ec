import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { closed, nextDrain } from '../../files/write-stream.ts';
import { sayNumber } from '../record-file.ts';
import { METRICS_FILE, type MetricPoint } from './metrics-file.ts';

/** The series of a job's metrics, which grow while it runs. Nothing is made before the first value. */
export class SeriesFile {
  readonly #dir: string;
  readonly #warn: (message: string) => void;
  #file: WriteStream | undefined;
  #isBroken = false;

  /** `dir` is the job's folder. `warn` is called at most once. */
  constructor(dir: string, warn: (message: string) => void) {
    this.#dir = dir;
    this.#warn = warn;
  }

  /** A promise: wait before you bring more. */
  add(points: readonly MetricPoint[]): Promise<void> | undefined {
    if (this.#isBroken || points.length === 0) return undefined;
    this.#file ??= this.#open();
    const text = points.map((point) => `${JSON.stringify(point, sayNumber)}\n`).join('');
    return this.#file.write(text) ? undefined : nextDrain(this.#file);
  }

  /** Resolves when all is written, or cannot be. */
  async close(): Promise<void> {
    if (this.#file !== undefined) await closed(this.#file);
  }

  #open(): WriteStream {
    const file = createWriteStream(join(this.#dir, METRICS_FILE), { flags: 'a' });
    return file.on('error', (error) => {
      if (!this.#isBroken) this.#warn(`the series of the metrics cannot be stored: ${error.message}`);
      this.#isBroken = true;
    });
  }
}
