import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ClientError } from '../../algorithm/client-error.ts';
import type { Batch } from '../../algorithm/data/batch.ts';

/** A matrix in binary files, which the Python program maps into memory: program/matrices.py. */
export interface MatrixFiles {
  readonly kind: 'dense' | 'sparse';
  readonly rows: number;
  readonly columns: number;
  readonly files: Readonly<Record<MatrixPart, string | null>>;
}

/** Features in 32 bits, positions of sparse ones, and for each row its label, weight and group. */
type MatrixPart = 'values' | 'indices' | 'starts' | 'labels' | 'weights' | 'groups';

/** Writes batches of rows into the files of one matrix. */
export class MatrixWriter {
  readonly #dir: string;
  readonly #open = new Map<MatrixPart, { readonly file: string; readonly descriptor: number }>();
  #kind: Batch['kind'] | undefined;
  #rows = 0;
  #columns = 0;
  #values = 0;

  /** `dir` exists, and is for this matrix alone. */
  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The features that all further rows must have; undefined if rows may have any. */
  get denseColumns(): number | undefined {
    return this.#kind === 'dense' ? this.#columns : undefined;
  }

  /** Adds rows of the same kind as the rows before. */
  add(batch: Batch): void {
    this.#kind ??= batch.kind;
    if (batch.kind !== this.#kind) {
      throw new ClientError(`rows of ${this.#kind} data are followed by ${batch.kind} ones`, {
        fix: 'Give all channels the same content type.',
      });
    }
    this.#write('values', batch.values);
    if (batch.kind === 'sparse') {
      this.#write('indices', batch.indices);
      // Each row's end; the first start is 0.
      if (this.#rows === 0) this.#write('starts', new Float64Array(1));
      this.#write(
        'starts',
        Float64Array.from(batch.starts.subarray(1, batch.rows + 1), (end) => end + this.#values),
      );
      if (batch.groups !== undefined) this.#write('groups', batch.groups);
    }
    this.#write('labels', batch.labels);
    if (batch.weights !== undefined) this.#write('weights', batch.weights);
    this.#values += batch.values.length;
    this.#rows += batch.rows;
    this.#columns = Math.max(this.#columns, batch.columns);
  }

  /** The matrix of all rows so far. */
  matrix(): MatrixFiles {
    const file = (part: MatrixPart) => this.#open.get(part)?.file ?? null;
    return {
      kind: this.#kind ?? 'dense',
      rows: this.#rows,
      columns: this.#columns,
      files: {
        values: file('values'),
        indices: file('indices'),
        starts: file('starts'),
        labels: file('labels'),
        weights: file('weights'),
        groups: file('groups'),
      },
    };
  }

  /** Closes the files. */
  close(): void {
    for (const { descriptor } of this.#open.values()) closeSync(descriptor);
  }

  #write(part: MatrixPart, numbers: Float32Array | Float64Array | Uint32Array): void {
    let opened = this.#open.get(part);
    if (opened === undefined) {
      const file = join(this.#dir, part);
      opened = { file, descriptor: openSync(file, 'wx', 0o600) };
      this.#open.set(part, opened);
    }
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    for (let at = 0; at < bytes.length; ) at += writeSync(opened.descriptor, bytes, at);
  }
}
