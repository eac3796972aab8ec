import type { DenseBatch, Floats } from '../batch.ts';
import { checkLabels, checkWeight } from '../check-labels.ts';
import { DenseRows } from '../dense-rows.ts';
import { type ReaderOptions, type RowParser, rowsOfBatch } from '../row-parser.ts';
import { detectDelimiter } from './csv-delimiter.ts';
import { type CsvForm, readCsvRow } from './csv-row.ts';
import { scanNumber } from './scan-number.ts';
import { TextCursor } from './text-cursor.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** Reads `text/csv` as AWS's algorithms take it: labels first, no header, the same fields in each row. */
export class CsvParser implements RowParser<DenseBatch> {
  readonly #options: ReaderOptions;
  readonly #text = new TextCursor();
  #form: CsvForm;
  #delimiter: number;
  #rows: DenseRows | undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
    const { delimiter = ',', labelSize = 1, hasWeights = false, missing = 'error', precision = 32, columns } = options;
    const fields = columns === undefined ? undefined : columns + labelSize + (hasWeights ? 1 : 0);
    this.#form = { delimiter, labelSize, hasWeights, fields, missing, isSingle: precision === 32 };
    this.#delimiter = delimiter.charCodeAt(0);
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
      const first = block[this.#text.at];
      // Empty lines are no rows.
      if (first === NEWLINE || (first === RETURN && this.#isLineEnd(this.#text.at))) {
        this.#text.at += first === NEWLINE ? 1 : 2;
        continue;
      }
      this.#rows ??= this.#newRows();
      const rows = this.#rows;
      const end = this.#fastRow(block, this.#text.at, rows);
      this.#text.at = end >= 0 ? end : this.#slowRow(block, this.#text.at, rows);
      this.#checkLabels(rows);
      rows.rows++;
      if (rows.rows === rows.capacity) return this.rest();
    }
    return undefined;
  }

  rest(): DenseBatch | undefined {
    const batch = this.#rows?.take();
    this.#rows = undefined;
    return batch;
  }

  #checkLabels({ form, rows, labels, weights }: DenseRows): void {
    const { labelSize: count, hasWeights } = form;
    checkLabels(this.#options, labels, { start: rows * count, count }, { ...this.#text.position, column: 1 });
    if (!hasWeights || this.#options.checkWeight === undefined) return;
    checkWeight(this.#options, weights[rows] as number, { ...this.#text.position, column: count + 1 });
  }

  #isLineEnd(at: number): boolean {
    return at + 1 >= this.#text.block.length || this.#text.block[at + 1] === NEWLINE;
  }

  /** The first row says how many columns a batch has. */
  #newRows(): DenseRows {
    if (this.#form.fields === undefined || this.#form.delimiter === 'detect') this.#readForm();
    const { labelSize, hasWeights, isSingle, fields = 0 } = this.#form;
    const columns = fields - labelSize - (hasWeights ? 1 : 0);
    return new DenseRows({ columns, labelSize, hasWeights, isSingle }, rowsOfBatch(this.#options, fields));
  }

  #readForm(): void {
    const text = this.#lineText(this.#text.at);
    if (this.#form.delimiter === 'detect') {
      const delimiter = detectDelimiter(text);
      this.#form = { ...this.#form, delimiter };
      this.#delimiter = delimiter.charCodeAt(0);
    }
    if (this.#form.fields !== undefined) return;
    // Without quotes, delimiters count the fields. The slow way finds out what is wrong with a row without features.
    const counted = text.includes('"') ? 0 : countOf(text, this.#form.delimiter) + 1;
    const { labelSize, hasWeights } = this.#form;
    const hasFeatures = counted > labelSize + (hasWeights ? 1 : 0);
    const position = this.#text.position;
    this.#form = { ...this.#form, fields: hasFeatures ? counted : readCsvRow(text, position, this.#form).length };
  }

  /** Reads a row of plain numbers. Returns the position behind it; -1 for any other row. */
  #fastRow(block: Buffer, start: number, rows: DenseRows): number {
    const { labelSize, hasWeights, columns } = rows.form;
    const size = block.length;
    const delimiter = this.#delimiter;
    const row = rows.rows;
    let at = start;
    for (let index = 0; index < labelSize; index++) {
      at = this.#scan(block, at, rows.labels, row * labelSize + index);
      if (at < 0 || block[at++] !== delimiter) return -1;
    }
    if (hasWeights) {
      at = this.#scan(block, at, rows.weights, row);
      if (at < 0 || block[at++] !== delimiter) return -1;
    }
    const values = rows.values;
    const last = (row + 1) * columns - 1;
    for (let index = row * columns; index <= last; index++) {
      const behind = this.#scan(block, at, values, index);
      at = behind < 0 ? this.#scanMissing(block, at, values, index) : behind;
      if (at < 0 || (index < last && block[at++] !== delimiter)) return -1;
    }
    if (at < size && block[at] === RETURN) at++;
    return at >= size ? at : block[at] === NEWLINE ? at + 1 : -1;
  }

  #scan(block: Buffer, start: number, out: Floats, index: number): number {
    let at = start;
    if (block[at] === SPACE && this.#delimiter !== SPACE) at = this.#skipSpaces(block, at);
    at = scanNumber(block, at, block.length, out, index);
    return at >= 0 && block[at] === SPACE && this.#delimiter !== SPACE ? this.#skipSpaces(block, at) : at;
  }

  /** Reads an empty field, where values may be missing; else -1. */
  #scanMissing(block: Buffer, start: number, out: Floats, index: number): number {
    if (this.#form.missing === 'error') return -1;
    const at = this.#skipSpaces(block, start);
    const byte = block[at];
    if (at < block.length && byte !== this.#delimiter && byte !== NEWLINE && byte !== RETURN) return -1;
    out[index] = Number.NaN;
    return at;
  }

  #skipSpaces(block: Buffer, start: number): number {
    let at = start;
    while ((block[at] === SPACE && this.#delimiter !== SPACE) || (block[at] === TAB && this.#delimiter !== TAB)) at++;
    return at;
  }

  #slowRow(block: Buffer, start: number, rows: DenseRows): number {
    const { labelSize, hasWeights, columns } = rows.form;
    const row = readCsvRow(this.#lineText(start), this.#text.position, this.#form);
    rows.labels.set(row.subarray(0, labelSize), rows.rows * labelSize);
    if (hasWeights) rows.weights[rows.rows] = row[labelSize] as number;
    rows.values.set(row.subarray(labelSize + (hasWeights ? 1 : 0)), rows.rows * columns);
    const end = block.indexOf(NEWLINE, start);
    return end < 0 ? block.length : end + 1;
  }

  #lineText(start: number): string {
    const end = this.#text.block.indexOf(NEWLINE, start);
    const text = this.#text.block.toString('utf8', start, end < 0 ? this.#text.block.length : end);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }
}

function countOf(text: string, delimiter: string): number {
  let count = 0;
  for (let at = text.indexOf(delimiter); at >= 0; at = text.indexOf(delimiter, at + 1)) count++;
  return count;
}
