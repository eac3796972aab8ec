import type { Batch } from './batch.ts';

/** Options of all readers. */
export interface ReaderOptions {
  /** Rows of a batch; the last one may have fewer. By default 4096, and fewer where rows are very long. */
  readonly batchRows?: number | undefined;
  /** Bits of features: 32 by default, as AWS's algorithms compute. Labels and weights always have 64. */
  readonly precision?: 32 | 64 | undefined;
  /**
   * Labels at the start of each row, where the content type has no `label_size`: 1 by default for text. In recordio-protobuf a
   * record has its own labels; a number here is then the one that all records must have.
   */
  readonly labelSize?: number | undefined;
  /** Features that each row must have (`feature_dim`); sparse rows have at most as many. By default those of the first row. */
  readonly columns?: number | undefined;
  /** What an empty value, or `nan`, is in CSV, Parquet and JSON Lines: an error (the default), or NaN. */
  readonly missing?: 'error' | 'nan' | undefined;
  /** CSV: the delimiter, or `detect` to find comma, tab, semicolon, bar or space in the first line. By default a comma. */
  readonly delimiter?: string | undefined;
  /** CSV: the column behind the labels is the weight of the row. */
  readonly hasWeights?: boolean | undefined;
  /** What is wrong with a label, such as `but must be 0 or 1`; undefined for a good one. */
  readonly checkLabel?: ((label: number) => string | undefined) | undefined;
  /** What is wrong with the weight of a row; undefined for a good one. */
  readonly checkWeight?: ((weight: number) => string | undefined) | undefined;
  /** libsvm: the index of the first feature: 0 by default, as XGBoost has it. */
  readonly indexBase?: 0 | 1 | undefined;
}

/**
 * Makes batches of rows from the blocks of one file after another. A block is used up when `next` returns undefined. Each
 * function throws a DataError.
 */
export interface RowParser<Result = Batch> {
  /** A file, or a record that contains one, begins. */
  begin(file: string): void;
  /** Adds a block that ends where a row ends. Not before the last one is used up. */
  push(block: Buffer): void;
  /** The next full batch. */
  next(): Result | undefined;
  /** The file has ended. */
  end?(): void;
  /** The rows that do not fill a batch, at the end of all files. */
  rest(): Result | undefined;
}

/** Rows of a batch by default, for small memory and few calls. */
const BATCH_ROWS = 4096;
/** Numbers of a batch by default: 16 MiB of singles. */
const BATCH_VALUES = 4 << 20;

/** How many rows of so many values a batch has. */
export function rowsOfBatch(options: ReaderOptions, columns: number): number {
  return options.batchRows ?? Math.max(1, Math.min(BATCH_ROWS, Math.floor(BATCH_VALUES / Math.max(1, columns))));
}
