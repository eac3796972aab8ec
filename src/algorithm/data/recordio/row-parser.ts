import type { Batch } from '../batch.ts';
import { checkLabels } from '../check-labels.ts';
import { DataError, type DataPosition, type DataRule } from '../data-error.ts';
import { DenseRows } from '../dense-rows.ts';
import { type ReaderOptions, type RowParser, rowsOfBatch } from '../row-parser.ts';
import { SparseRows } from '../sparse-rows.ts';
import { checkFinite, type FiniteChecks } from './check-finite.ts';
import { PartJoiner } from './join-parts.ts';
import { readRow } from './record.ts';
import { RowProblem } from './row-problem.ts';
import { addSparseRow } from './sparse-row.ts';
import { copyValues, countValues, countVarints, type RawTensor } from './tensor.ts';
import { WireError } from './wire.ts';

/** Reads recordio-protobuf: dense and sparse rows. A batch has rows of one kind only. */
export class RecordParser implements RowParser {
  readonly #options: ReaderOptions;
  readonly #isSingle: boolean;
  readonly #featureChecks: FiniteChecks;
  #labelSize: number | undefined;
  #columns: number | undefined;
  #file = '';
  #record = 0;
  #joiner = new PartJoiner();
  #block: Buffer = Buffer.alloc(0);
  #at = 0;
  #dense: DenseRows | undefined;
  #sparse: SparseRows | undefined;
  /** Full batches: two where a row of another kind fills one by itself. */
  readonly #full: Batch[] = [];

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#isSingle = options.precision !== 64;
    this.#labelSize = options.labelSize;
    this.#columns = options.columns;
    this.#featureChecks = { name: 'value', mayMiss: options.missing === 'nan' };
  }

  begin(file: string): void {
    this.#file = file;
    this.#record = 0;
    this.#joiner = new PartJoiner(file);
  }

  push(block: Buffer): void {
    this.#block = block;
    this.#at = 0;
  }

  next(): Batch | undefined {
    if (this.#full.length > 0) return this.#full.shift();
    this.#at = this.#joiner.read(this.#block, this.#at, (bytes, start, end) => {
      this.#record++;
      this.#row(bytes, start, end);
      return this.#full.length === 0;
    });
    return this.#full.shift();
  }

  end(): void {
    this.#joiner.end();
  }

  rest(): Batch | undefined {
    const batch = this.#dense?.take() ?? this.#sparse?.take(this.#columns);
    this.#dense = undefined;
    this.#sparse = undefined;
    return batch;
  }

  #endBatch(): void {
    const batch = this.rest();
    if (batch !== undefined) this.#full.push(batch);
  }

  #row(bytes: Buffer, start: number, end: number): void {
    try {
      const { features, label } = readRow(bytes, start, end);
      if (features === undefined || features === 'bytes') {
        const what = features === undefined ? 'no features with the key "values"' : 'features that are no tensor';
        throw new RowProblem(
          'record-shape',
          `the record has ${what}`,
          'Write the features as a tensor named "values".',
        );
      }
      const labels = this.#labelsOf(label);
      const isSparse = features.keys.end > features.keys.start || isEmptyRow(features);
      if (isSparse) this.#sparseRow(features, labels);
      else this.#denseRow(features, labels);
    } catch (error) {
      if (error instanceof RowProblem) throw this.#error(error.rule, error.message, error.fix);
      if (!(error instanceof WireError)) throw error;
      const problem = `the record is no protobuf message: ${error.message} (byte ${error.offset - start} of the record)`;
      throw this.#error('protobuf', problem, WRITE_FIX);
    }
  }

  #denseRow(features: RawTensor, labels: RawTensor | undefined): void {
    const columns = countValues(features);
    this.#columns ??= columns;
    if (columns !== this.#columns || columns === 0) {
      const what = columns === 0 ? 'no values' : `${columns} values instead of ${this.#columns}`;
      throw new RowProblem('row-length', `the record has ${what}`, 'Give each record the same number of features.');
    }
    if (this.#sparse !== undefined) this.#endBatch();
    this.#dense ??= new DenseRows(
      { columns, labelSize: this.#labelSize ?? 0, hasWeights: false, isSingle: this.#isSingle },
      rowsOfBatch(this.#options, columns + (this.#labelSize ?? 0)),
    );
    const rows = this.#dense;
    copyValues(features, rows.values, rows.rows * columns);
    checkFinite(rows.values, rows.rows * columns, columns, this.#featureChecks);
    if (labels !== undefined) {
      const size = rows.form.labelSize;
      copyValues(labels, rows.labels, rows.rows * size);
      checkFinite(rows.labels, rows.rows * size, size, LABEL_CHECKS);
      checkLabels(this.#options, rows.labels, { start: rows.rows * size, count: size }, this.#position);
    }
    rows.rows++;
    if (rows.rows === rows.capacity) this.#endBatch();
  }

  #sparseRow(features: RawTensor, labels: RawTensor | undefined): void {
    if (this.#dense !== undefined) this.#endBatch();
    this.#sparse ??= new SparseRows(this.#isSingle, this.#labelSize ?? 0);
    const rows = this.#sparse;
    const start = rows.count;
    const size = addSparseRow(rows, features, this.#options.columns);
    checkFinite(rows.values, start, rows.count - start, this.#featureChecks);
    if (labels !== undefined) {
      const values = new Float64Array(this.#labelSize ?? 0);
      copyValues(labels, values, 0);
      checkFinite(values, 0, values.length, LABEL_CHECKS);
      checkLabels(this.#options, values, { start: 0, count: values.length }, this.#position);
      for (const value of values) rows.addLabel(value);
    }
    rows.endRow(size);
    if (rows.rows >= rowsOfBatch(this.#options, rows.count / rows.rows + (this.#labelSize ?? 0))) this.#endBatch();
  }

  /** The labels of a record, of which there are as many as in the first one. */
  #labelsOf(label: RawTensor | 'bytes' | undefined): RawTensor | undefined {
    if (this.#labelSize === 0) return undefined;
    if (label === 'bytes') throw new RowProblem('record-shape', 'the label is no tensor', WRITE_FIX);
    const size = label === undefined ? 0 : countValues(label);
    this.#labelSize ??= size;
    if (size === this.#labelSize && (label === undefined || countVarints(label.keys) === 0)) return label;
    const problem = size === 0 ? 'the label is missing' : `the record has ${size} labels instead of ${this.#labelSize}`;
    throw new RowProblem(
      size === 0 ? 'label-missing' : 'row-length',
      problem,
      'Give each record the same number of labels.',
    );
  }

  #error(rule: DataRule, problem: string, fix: string): DataError {
    return new DataError(rule, problem, { ...this.#position, fix });
  }

  get #position(): DataPosition {
    return { file: this.#file, record: this.#record };
  }
}

const LABEL_CHECKS: FiniteChecks = { name: 'label', mayMiss: false };

const WRITE_FIX = 'Write records as sagemaker.amazon.common or optml/recordio does.';

// A sparse row without values, as the SDK writes it.
function isEmptyRow(features: RawTensor): boolean {
  return features.values.end === features.values.start && features.shape.end > features.shape.start;
}
