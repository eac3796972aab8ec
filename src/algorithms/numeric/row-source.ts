import { setImmediate } from 'node:timers/promises';
import { type Random, shuffled } from './random.ts';

/** Rows of data, one after the other. */
export interface RowBlock {
  readonly rows: number;
  /** Features of a row. */
  readonly dim: number;
  /** rows × dim. */
  readonly features: Float32Array;
  /** One for each row; empty if the data has none. */
  readonly labels: Float64Array;
}

/** The rows of a channel, pass by pass. */
export interface RowSource {
  readonly dim: number;
  /** The first rows, as many as the memory limit allows; all of them if `isWhole`. */
  readonly inMemory: RowBlock;
  readonly isWhole: boolean;
  /**
   * One pass in batches of so many rows; the last may have fewer. Rows in memory come in a new random order each pass, those of
   * longer data in their own order. A batch is valid until the next one.
   */
  batches(batchRows: number, random: Random): AsyncIterable<RowBlock>;
}

/** Opens the next pass over the rows of a channel. A block is valid until the next one. */
export type OpenPass = () => AsyncIterable<RowBlock>;

/**
 * Reads the first pass into memory, until its end or the limit.
 *
 * @throws the reason of the signal, if the job is stopped meanwhile.
 */
export async function openRows(
  open: OpenPass,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal?: AbortSignal },
): Promise<RowSource> {
  let store: ReturnType<typeof growingBlock> | undefined;
  let isWhole = true;
  for await (const block of open()) {
    signal?.throwIfAborted();
    store ??= growingBlock(block.dim);
    if (store.bytes() + block.features.byteLength > maxBytes && store.rows() > 0) {
      isWhole = false;
      break;
    }
    store.add(block);
  }
  const inMemory = store?.block() ?? { rows: 0, dim: 0, features: new Float32Array(0), labels: new Float64Array(0) };
  return {
    dim: inMemory.dim,
    inMemory,
    isWhole,
    batches: (batchRows, random) =>
      isWhole ? shuffledBatches(inMemory, batchRows, random) : regrouped(open(), inMemory.dim, batchRows),
  };
}

function growingBlock(dim: number) {
  let rows = 0;
  let features = new Float32Array(0);
  let labels = new Float64Array(0);
  return {
    rows: () => rows,
    bytes: () => rows * dim * Float32Array.BYTES_PER_ELEMENT,
    add(block: RowBlock) {
      const needed = rows + block.rows;
      if (needed * dim > features.length) {
        const capacity = Math.max(needed, Math.ceil((features.length / dim) * 1.5));
        const grown = new Float32Array(capacity * dim);
        grown.set(features);
        features = grown;
        const grownLabels = new Float64Array(capacity);
        grownLabels.set(labels);
        labels = grownLabels;
      }
      features.set(block.features.subarray(0, block.rows * dim), rows * dim);
      labels.set(block.labels.subarray(0, block.rows), rows);
      rows = needed;
    },
    block: (): RowBlock => ({
      rows,
      dim,
      features: features.subarray(0, rows * dim),
      labels: labels.subarray(0, rows),
    }),
  };
}

const PAUSE_EVERY_MS = 100;

async function* shuffledBatches(all: RowBlock, batchRows: number, random: Random): AsyncGenerator<RowBlock> {
  const { dim } = all;
  const order = shuffled(all.rows, random);
  const size = Math.min(batchRows, all.rows);
  const features = new Float32Array(size * dim);
  const labels = new Float64Array(size);
  let paused = performance.now();
  for (let from = 0; from < all.rows; from += size) {
    // Signals arrive between two steps of the event loop only.
    if (performance.now() - paused > PAUSE_EVERY_MS) {
      await setImmediate();
      paused = performance.now();
    }
    const rows = Math.min(size, all.rows - from);
    for (let row = 0; row < rows; row++) {
      const source = order[from + row] as number;
      const start = source * dim;
      // Short rows: calls of `set` cost more than the loop.
      for (let column = 0, at = row * dim; column < dim; column++)
        features[at++] = all.features[start + column] as number;
      labels[row] = all.labels[source] as number;
    }
    yield { rows, dim, features: features.subarray(0, rows * dim), labels: labels.subarray(0, rows) };
  }
}

async function* regrouped(blocks: AsyncIterable<RowBlock>, dim: number, batchRows: number): AsyncGenerator<RowBlock> {
  const features = new Float32Array(batchRows * dim);
  const labels = new Float64Array(batchRows);
  let rows = 0;
  for await (const block of blocks) {
    for (let from = 0; from < block.rows; ) {
      const part = Math.min(batchRows - rows, block.rows - from);
      features.set(block.features.subarray(from * dim, (from + part) * dim), rows * dim);
      labels.set(block.labels.subarray(from, from + part), rows);
      rows += part;
      from += part;
      if (rows < batchRows) continue;
      yield { rows, dim, features, labels };
      rows = 0;
    }
  }
  if (rows > 0) yield { rows, dim, features: features.subarray(0, rows * dim), labels: labels.subarray(0, rows) };
}
