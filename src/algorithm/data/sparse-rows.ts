import { type Floats, newFloats, type SparseBatch } from './batch.ts';

/** Sparse rows that are collected. The values of a row come first, then `endRow`. */
export class SparseRows {
  readonly #isSingle: boolean;
  readonly #labelSize: number;
  readonly #starts: number[] = [0];
  readonly #labels: number[] = [];
  readonly #weights: number[] = [];
  readonly #groups: number[] = [];
  #values: Floats;
  #indices = new Uint32Array(256);
  #count = 0;
  #columns = 0;

  constructor(isSingle: boolean, labelSize: number) {
    this.#isSingle = isSingle;
    this.#labelSize = labelSize;
    this.#values = newFloats(isSingle, 256);
  }

  get rows(): number {
    return this.#starts.length - 1;
  }

  /** Values of all rows so far. */
  get count(): number {
    return this.#count;
  }

  /** The position of the first value of the row that is collected. */
  get rowStart(): number {
    return this.#starts[this.#starts.length - 1] as number;
  }

  /** The arrays, with room for so many values more from `count` on. They are valid until the next call. */
  room(more: number): { readonly values: Floats; readonly indices: Uint32Array } {
    while (this.#count + more > this.#indices.length) this.#grow();
    return this;
  }

  get values(): Floats {
    return this.#values;
  }

  get indices(): Uint32Array {
    return this.#indices;
  }

  /** Adds values that the reader has written, in the order of their indices. */
  added(count: number): void {
    this.#count += count;
    if (count === 0) return;
    const last = this.#indices[this.#count - 1] as number;
    if (last >= this.#columns) this.#columns = last + 1;
  }

  addLabel(label: number): void {
    this.#labels.push(label);
  }

  addWeight(weight: number): void {
    this.#weights.push(weight);
  }

  addGroup(group: number): void {
    this.#groups.push(group);
  }

  /** Ends a row that has at least so many columns. */
  endRow(columns = 0): void {
    if (columns > this.#columns) this.#columns = columns;
    this.#starts.push(this.#count);
  }

  /** The rows so far, with at least so many columns. */
  take(columns = 0): SparseBatch {
    return {
      kind: 'sparse',
      rows: this.rows,
      columns: Math.max(columns, this.#columns),
      values: this.#values.slice(0, this.#count),
      indices: this.#indices.slice(0, this.#count),
      starts: Uint32Array.from(this.#starts),
      labels: Float64Array.from(this.#labels),
      labelSize: this.#labelSize,
      weights: this.#weights.length > 0 ? Float64Array.from(this.#weights) : undefined,
      groups: this.#groups.length > 0 ? Float64Array.from(this.#groups) : undefined,
    };
  }

  #grow(): void {
    const values = newFloats(this.#isSingle, this.#values.length * 2);
    values.set(this.#values);
    this.#values = values;
    const indices = new Uint32Array(this.#indices.length * 2);
    indices.set(this.#indices);
    this.#indices = indices;
  }
}
