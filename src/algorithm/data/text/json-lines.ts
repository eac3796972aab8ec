import { quoteValue } from '../../../errors/quote-value.ts';
import { isObject } from '../../../json/read-value.ts';
import type { DenseBatch } from '../batch.ts';
import { checkLabels, checkWeight } from '../check-labels.ts';
import { DataError, type DataRule } from '../data-error.ts';
import { DenseRows } from '../dense-rows.ts';
import { type ReaderOptions, type RowParser, rowsOfBatch } from '../row-parser.ts';
import { fits } from './number-text.ts';
import { TextCursor } from './text-cursor.ts';

const NEWLINE = 0x0a;
const SHAPE_FIX = 'Write each line as {"label": 1, "features": [0.5, 2]}.';

/**
 * Reads JSON Lines: an object a line, `{"label": 1, "features": [0.5, 2]}`, with a list for several labels, and `weight` if the
 * rows have weights. As in AWS's requests for inference, features may be `{"values": […]}`, and the object the member `data`.
 */
export class JsonLinesParser implements RowParser<DenseBatch> {
  readonly #options: ReaderOptions;
  readonly #text = new TextCursor();
  #labelSize: number | undefined;
  #columns: number | undefined;
  #hasWeights: boolean | undefined;
  #rows: DenseRows | undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#labelSize = options.labelSize;
    this.#columns = options.columns;
    this.#hasWeights = options.hasWeights;
  }

  begin(file: string): void {
    this.#text.begin(file);
  }

  push(block: Buffer): void {
    this.#text.push(block);
  }

  next(): DenseBatch | undefined {
    const block = this.#text.block;
    while (this.#text.at < block.length) {
      this.#text.line++;
      const newline = block.indexOf(NEWLINE, this.#text.at);
      const end = newline < 0 ? block.length : newline;
      const text = block.toString('utf8', this.#text.at, end).trim();
      this.#text.at = end + 1;
      if (text === '') continue;
      this.#row(text);
      if (this.#rows !== undefined && this.#rows.rows === this.#rows.capacity) return this.rest();
    }
    return undefined;
  }

  rest(): DenseBatch | undefined {
    const batch = this.#rows?.take();
    this.#rows = undefined;
    return batch;
  }

  #row(text: string): void {
    const outer = this.#parse(text);
    const row = isObject(outer['data']) ? { ...outer, ...outer['data'] } : outer;
    const given = isObject(row['features']) ? row['features']['values'] : row['features'];
    if (!Array.isArray(given)) throw this.#error('record-shape', 'the line has no list "features"', SHAPE_FIX);
    const labels =
      this.#labelSize === 0 || row['label'] === undefined || row['label'] === null ? [] : [row['label']].flat();
    const hasWeight = row['weight'] !== undefined;
    this.#labelSize ??= labels.length;
    this.#columns ??= given.length;
    this.#hasWeights ??= hasWeight;
    this.#checkForm(given.length, labels.length, hasWeight);
    const form = { columns: this.#columns, labelSize: this.#labelSize, hasWeights: this.#hasWeights };
    this.#rows ??= new DenseRows(
      { ...form, isSingle: this.#options.precision !== 64 },
      rowsOfBatch(this.#options, form.columns + form.labelSize),
    );
    const rows = this.#rows;
    for (const [index, value] of given.entries()) {
      rows.values[rows.rows * form.columns + index] = this.#number(value, `feature ${index + 1}`, rows.form.isSingle);
    }
    for (const [index, value] of labels.entries()) {
      rows.labels[rows.rows * form.labelSize + index] = this.#number(value, 'the label', false);
    }
    if (hasWeight) rows.weights[rows.rows] = this.#number(row['weight'], 'the weight', false);
    const { labelSize: count } = rows.form;
    const { file, line } = this.#text;
    checkLabels(this.#options, rows.labels, { start: rows.rows * count, count }, { file, line });
    if (hasWeight) checkWeight(this.#options, rows.weights[rows.rows] as number, { file, line });
    rows.rows++;
  }

  #parse(text: string): Readonly<Record<string, unknown>> {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new DataError('json', `the line is not JSON: ${(error as Error).message}`, {
        file: this.#text.file,
        line: this.#text.line,
        fix: 'Write one JSON object a line, without NaN and Infinity.',
        cause: error,
      });
    }
    if (isObject(value)) return value;
    throw this.#error('record-shape', 'the line is no JSON object', SHAPE_FIX);
  }

  #checkForm(columns: number, labels: number, hasWeight: boolean): void {
    if (columns !== this.#columns || columns === 0) {
      const what = columns === 0 ? 'no features' : `${columns} features instead of ${this.#columns}`;
      throw this.#error('row-length', `the line has ${what}`, 'Give each line the same number of features.');
    }
    if (labels !== this.#labelSize) {
      const rule = labels === 0 ? 'label-missing' : 'row-length';
      const what = labels === 0 ? 'no label' : `${labels} labels instead of ${this.#labelSize}`;
      throw this.#error(rule, `the line has ${what}`, 'Give each line the same number of labels.');
    }
    if (hasWeight !== this.#hasWeights) {
      throw this.#error(
        'value-missing',
        `the line has ${hasWeight ? 'a' : 'no'} weight`,
        'Give each line a weight, or none.',
      );
    }
  }

  #number(value: unknown, name: string, isSingle: boolean): number {
    const isFeature = name.startsWith('feature');
    if (value === null && isFeature && this.#options.missing === 'nan') return Number.NaN;
    if (value === null) throw this.#error('value-missing', `${name} is missing`, 'Fill in each value.');
    if (typeof value !== 'number') {
      throw this.#error('not-a-number', `${name} is ${kindOf(value)}`, 'Encode text and categories as numbers.');
    }
    if (fits(value, isSingle)) return value;
    throw this.#error(
      'value-range',
      `${name} is too large for a number of ${isSingle ? 32 : 64} bits`,
      'Scale the values.',
    );
  }

  #error(rule: DataRule, problem: string, fix: string): DataError {
    return new DataError(rule, problem, { file: this.#text.file, line: this.#text.line, fix });
  }
}

// Not the value itself: it may be nested deeper than a program can print.
function kindOf(value: unknown): string {
  if (typeof value === 'string') return quoteValue(value);
  return typeof value === 'object' ? 'a list or an object' : String(value);
}
