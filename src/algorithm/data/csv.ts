import { type DenseBatch, type Floats, newFloats } from './batch.ts';
import { detectDelimiter } from './csv-delimiter.ts';
import { type CsvForm, readCsvRow } from './csv-row.ts';
import { type ReaderOptions, type RowParser, rowsOfBatch } from './row-parser.ts';
import { scanNumber } from './scan-number.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** Reads `text/csv` as AWS's algorithms take it: labels first, no header, the same fields in each row. */
export class CsvParser implements RowParser<DenseBatch> {
  readonly #options: ReaderOptions;
  #form: CsvForm;
  #delimiter: number;
  #file = '';
  #line = 0;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;
  // The batch that is filled.
  #columns = 0;
  #capacity = 0;
  #rows = 0;
  #values: Floats = new Float32Array(0);
  #labels = new Float64Array(0);
  #weights = new Float64Array(0);

  constructor(options: ReaderOptions) {
    this.#options = options;
    const { delimiter = ',', labelSize = 1, hasWeights = false, missing = 'error', precision = 32, columns } = options;
    const fields = columns === undefined ? undefined : columns + labelSize + (hasWeights ? 1 : 0);
    this.#form = { delimiter, labelSize, hasWeights, fields, missing, isSingle: precision === 32 };
    this.#delimiter = delimiter.charCodeAt(0);
  }

  begin(file: string): void {
    this.#file = file;
    this.#line = 0;
  }

  push(block: Buffer): void {
    this.#block = block;
    this.#at = 0;
  }

  next(): DenseBatch | undefined {
    const block = this.#block;
    while (this.#at < block.length) {
      this.#line++;
      const first = block[this.#at];
      // Empty lines are no rows.
      if (first === NEWLINE || (first === RETURN && this.#isLineEnd(this.#at))) {
        this.#at += first === NEWLINE ? 1 : 2;
        continue;
      }
      if (this.#capacity === 0) this.#start();
      const end = this.#fastRow(block, this.#at);
      this.#at = end >= 0 ? end : this.#slowRow(block, this.#at);
      this.#rows++;
      if (this.#rows === this.#capacity) return this.rest();
    }
    return undefined;
  }

  rest(): DenseBatch | undefined {
    if (this.#rows === 0) return undefined;
    const { labelSize, hasWeights } = this.#form;
    const isFull = this.#rows === this.#capacity;
    const cut = <Numbers extends Floats>(numbers: Numbers, length: number) =>
      (isFull ? numbers : numbers.slice(0, length)) as Numbers;
    const batch: DenseBatch = {
      kind: 'dense',
      rows: this.#rows,
      columns: this.#columns,
      values: cut(this.#values, this.#rows * this.#columns),
      labels: cut(this.#labels, this.#rows * labelSize),
      labelSize,
      weights: hasWeights ? cut(this.#weights, this.#rows) : undefined,
    };
    this.#rows = 0;
    this.#capacity = 0;
    return batch;
  }

  #isLineEnd(at: number): boolean {
    return at + 1 >= this.#block.length || this.#block[at + 1] === NEWLINE;
  }

  /** New arrays for a batch; the first row says how many columns it has. */
  #start(): void {
    const { labelSize, hasWeights, isSingle } = this.#form;
    if (this.#form.fields === undefined) {
      const text = this.#lineText(this.#at);
      if (this.#form.delimiter === 'detect') {
        const delimiter = detectDelimiter(text);
        this.#form = { ...this.#form, delimiter };
        this.#delimiter = delimiter.charCodeAt(0);
      }
      const fields = readCsvRow(text, { file: this.#file, line: this.#line }, this.#form).length;
      this.#form = { ...this.#form, fields };
    }
    this.#columns = (this.#form.fields as number) - labelSize - (hasWeights ? 1 : 0);
    this.#capacity = rowsOfBatch(this.#options, this.#columns);
    this.#values = newFloats(isSingle, this.#capacity * this.#columns);
    this.#labels = new Float64Array(this.#capacity * labelSize);
    this.#weights = new Float64Array(hasWeights ? this.#capacity : 0);
  }

  /** Reads a row of plain numbers. Returns the position behind it; -1 for any other row. */
  #fastRow(block: Buffer, start: number): number {
    const { labelSize, hasWeights } = this.#form;
    const size = block.length;
    const delimiter = this.#delimiter;
    let at = start;
    for (let index = 0; index < labelSize; index++) {
      at = this.#scan(block, at, this.#labels, this.#rows * labelSize + index);
      if (at < 0 || block[at++] !== delimiter) return -1;
    }
    if (hasWeights) {
      at = this.#scan(block, at, this.#weights, this.#rows);
      if (at < 0 || block[at++] !== delimiter) return -1;
    }
    const values = this.#values;
    const first = this.#rows * this.#columns;
    const last = first + this.#columns - 1;
    for (let index = first; index <= last; index++) {
      at = this.#scan(block, at, values, index);
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

  #skipSpaces(block: Buffer, start: number): number {
    let at = start;
    while (block[at] === SPACE || (block[at] === TAB && this.#delimiter !== TAB)) at++;
    return at;
  }

  #slowRow(block: Buffer, start: number): number {
    const { labelSize, hasWeights } = this.#form;
    const row = readCsvRow(this.#lineText(start), { file: this.#file, line: this.#line }, this.#form);
    const features = labelSize + (hasWeights ? 1 : 0);
    for (let index = 0; index < labelSize; index++) {
      this.#labels[this.#rows * labelSize + index] = row[index] as number;
    }
    if (hasWeights) this.#weights[this.#rows] = row[labelSize] as number;
    this.#values.set(row.slice(features), this.#rows * this.#columns);
    const end = block.indexOf(NEWLINE, start);
    return end < 0 ? block.length : end + 1;
  }

  #lineText(start: number): string {
    const end = this.#block.indexOf(NEWLINE, start);
    const text = this.#block.toString('utf8', start, end < 0 ? this.#block.length : end);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }
}
