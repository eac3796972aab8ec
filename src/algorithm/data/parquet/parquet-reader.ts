import { type FileMetaData, parquetMetadataAsync, parquetScan } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { isOptmlError } from '../../../errors/error.ts';
import type { DenseBatch, Floats } from '../batch.ts';
import type { DataChannel, DataPart } from '../channel.ts';
import { checkLabels, checkWeight } from '../check-labels.ts';
import { DataError, type DataPosition, type DataRule } from '../data-error.ts';
import { DenseRows } from '../dense-rows.ts';
import type { FormatReader } from '../format-reader.ts';
import type { FormatOptions } from '../readers.ts';
import { rowsOfBatch } from '../row-parser.ts';
import { columnMetadata, numericColumns } from './numeric-columns.ts';
import { openParquet, type ParquetFile } from './parquet-file.ts';

/** Most numbers of a row group, which is in memory. */
const MOST_NUMBERS = 128 << 20;

/**
 * Reads Parquet: labels in the first columns, all columns numbers. A row group of a file is in memory, with all its columns.
 *
 * @throws DataError content-type in Pipe mode without a wrapper: where one file ends is unknown there.
 */
export function parquetReader(channel: DataChannel, options: FormatOptions): FormatReader {
  if (channel.inputMode === 'Pipe' && channel.recordWrapper !== 'RecordIO') {
    throw new DataError('content-type', `channel ${channel.name} has Parquet files in Pipe mode`, {
      fix: 'Use the input mode File or FastFile, or the record wrapper RecordIO.',
    });
  }
  const rows = new ParquetRows(options);
  return { read: (part) => rows.read(part), rest: () => rows.rest() };
}

// No indexes, no geometries.
const PLAIN_SCAN = { useOffsetIndex: false, geoparquet: false } as const;

/** Part of a row group that is in memory: a list of numbers for each column. */
type Columns = readonly ArrayLike<unknown>[];

class ParquetRows {
  readonly #options: FormatOptions;
  readonly #labelSize: number;
  #fields: number | undefined;
  #rows: DenseRows | undefined;

  constructor(options: FormatOptions) {
    this.#options = options;
    this.#labelSize = options.labelSize ?? 1;
    this.#fields = options.columns === undefined ? undefined : options.columns + this.#first;
  }

  async *read(part: DataPart): AsyncGenerator<DenseBatch> {
    const file = await openParquet(part);
    try {
      const metadata = await attempt(part.name, () => parquetMetadataAsync(file.buffer, { geoparquet: false }));
      const names = await attempt(part.name, async () => numericColumns(metadata, part.name));
      this.#checkFields(names.length, part.name);
      let start = 0;
      for (const [group, { num_rows }] of metadata.row_groups.entries()) {
        const count = Number(num_rows);
        this.#checkGroup(count, names.length, part.name);
        const columns = await this.#readGroup({ file, metadata, names, group, count, name: part.name });
        for (let row = 0; row < count; ) {
          row += this.#addRows(columns, { row, count, start, file: part.name });
          if (this.#rows?.rows === this.#rows?.capacity) yield this.rest() as DenseBatch;
        }
        start += count;
      }
    } finally {
      await file.close();
    }
  }

  rest(): DenseBatch | undefined {
    const batch = this.#rows?.take();
    this.#rows = undefined;
    return batch;
  }

  /** Columns before the features. */
  get #first(): number {
    return this.#labelSize + (this.#options.hasWeights === true ? 1 : 0);
  }

  async #readGroup(from: {
    readonly file: ParquetFile;
    readonly metadata: FileMetaData;
    readonly names: readonly string[];
    /** Its position in the file, from 0. */
    readonly group: number;
    readonly count: number;
    readonly name: string;
  }): Promise<Columns> {
    const { file, metadata, names, group, count, name } = from;
    const columns: ArrayLike<unknown>[] = [];
    for (const [index, column] of count === 0 ? [] : names.entries()) {
      this.#options.signal?.throwIfAborted();
      const data = await attempt(name, async () => {
        const only = columnMetadata(metadata, group, index);
        const scan = await parquetScan({ file: file.buffer, metadata: only, compressors, ...PLAIN_SCAN });
        return scan.readColumn({ column, rowStart: 0, rowEnd: count });
      });
      if (data.length !== count) {
        throw damaged(name, `a column has ${data.length} values instead of ${count}`);
      }
      columns.push(data);
    }
    return columns;
  }

  /** Adds rows of a row group, column by column, until the batch is full. Returns how many. */
  #addRows(columns: Columns, { row, count, start, file }: RowGroupPart): number {
    const first = this.#first;
    const form = {
      columns: columns.length - first,
      labelSize: this.#labelSize,
      hasWeights: this.#options.hasWeights === true,
      isSingle: this.#options.precision !== 64,
    };
    this.#rows ??= new DenseRows(form, rowsOfBatch(this.#options, columns.length));
    const rows = this.#rows;
    const added = Math.min(count - row, rows.capacity - rows.rows);
    for (const [column, values] of columns.entries()) {
      const { out, stride, at } = placeOf(rows, column);
      for (let index = 0; index < added; index++) {
        const value = values[row + index];
        // Plain numbers first. What is left is a boolean, a large integer, a missing value or an error.
        out[at + index * stride] =
          typeof value === 'number' && value < LARGEST_PLAIN && value > -LARGEST_PLAIN
            ? value
            : this.#number(value, column, { file, record: start + row + index + 1 });
      }
    }
    for (let index = 0; index < added; index++) this.#checkRow(rows, index, { file, record: start + row + index + 1 });
    rows.rows += added;
    return added;
  }

  #checkRow(rows: DenseRows, index: number, position: DataPosition): void {
    const { checkLabel, checkWeight: check } = this.#options;
    const row = rows.rows + index;
    const labels = { start: row * this.#labelSize, count: this.#labelSize };
    if (checkLabel !== undefined) checkLabels(this.#options, rows.labels, labels, { ...position, column: 1 });
    if (check === undefined || !rows.form.hasWeights) return;
    checkWeight(this.#options, rows.weights[row] as number, { ...position, column: this.#first });
  }

  #number(value: unknown, column: number, position: DataPosition): number {
    const number =
      typeof value === 'number' ? value : value === null || value === undefined ? Number.NaN : Number(value);
    const isFeature = column >= this.#first;
    if (Number.isFinite(isFeature && this.#options.precision !== 64 ? Math.fround(number) : number)) return number;
    if (Number.isNaN(number) && isFeature && this.#options.missing === 'nan') return number;
    const isMissing = value === null || value === undefined;
    const rule: DataRule = !isMissing
      ? Number.isFinite(number)
        ? 'value-range'
        : 'not-finite'
      : column < this.#labelSize
        ? 'label-missing'
        : 'value-missing';
    throw new DataError(rule, isMissing ? 'a value is missing' : `the value is ${String(value)}`, {
      ...position,
      column: column + 1,
      fix: 'Fill in each value with a finite number, or remove the row.',
    });
  }

  #checkFields(count: number, file: string): void {
    this.#fields ??= count;
    if (count === this.#fields && count > this.#first) return;
    const what = count === this.#fields ? 'which leaves no features' : `instead of ${this.#fields}`;
    throw new DataError('row-length', `the file has ${count} columns, ${what}`, {
      file,
      fix: 'Give each file the same columns: labels first, then features.',
    });
  }

  #checkGroup(rows: number, columns: number, file: string): void {
    if (rows >= 0 && rows * columns <= MOST_NUMBERS) return;
    throw new DataError('parquet', `a row group has ${rows} rows of ${columns} columns`, {
      file,
      fix: `Write row groups of at most ${MOST_NUMBERS} numbers.`,
    });
  }
}

/** Rows of a row group that are left, from `row` on. */
interface RowGroupPart {
  readonly row: number;
  readonly count: number;
  /** The first row of the group in the file. */
  readonly start: number;
  readonly file: string;
}

/** Far from the limit of a single. */
const LARGEST_PLAIN = 1e38;

/** Where the values of a column go: labels first, then the weight, then features. */
function placeOf(
  rows: DenseRows,
  column: number,
): { readonly out: Floats; readonly stride: number; readonly at: number } {
  const { labelSize, hasWeights, columns } = rows.form;
  if (column < labelSize) return { out: rows.labels, stride: labelSize, at: rows.rows * labelSize + column };
  const feature = column - labelSize - (hasWeights ? 1 : 0);
  if (feature < 0) return { out: rows.weights, stride: 1, at: rows.rows };
  return { out: rows.values, stride: columns, at: rows.rows * columns + feature };
}

/** Whatever a damaged file makes of the library is an error of the data. */
async function attempt<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isOptmlError(error)) throw error;
    throw damaged(file, (error as Error).message, error);
  }
}

function damaged(file: string, problem: string, cause?: unknown): DataError {
  return new DataError('parquet', `the file is not Parquet, or damaged: ${problem}`, {
    file,
    fix: 'Copy the file completely, or write it again.',
    cause,
  });
}
