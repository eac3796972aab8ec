import type { SparseBatch } from '../batch.ts';
import { checkLabels, checkWeight } from '../check-labels.ts';
import { type ReaderOptions, type RowParser, rowsOfBatch } from '../row-parser.ts';
import { SparseRows } from '../sparse-rows.ts';
import { explainLibsvmRow } from './libsvm-error.ts';
import { scanNumber } from './scan-number.ts';
import { TextCursor } from './text-cursor.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const HASH = 0x23;
const LOWER_Q = 0x71;
const QID = Buffer.from('qid:');

/** Reads `text/libsvm`: `label[:weight] [qid:group] index:value …`, with ascending indices. A `#` starts a comment. */
export class LibsvmParser implements RowParser<SparseBatch> {
  readonly #options: ReaderOptions;
  readonly #text = new TextCursor();
  readonly #base: number;
  readonly #limit: number;
  readonly #number = new Float64Array(1);
  /** Whether rows have weights and groups, as the first one says. */
  #hasWeights: boolean | undefined;
  #hasGroups: boolean | undefined;
  #rows: SparseRows | undefined;
  #index = 0;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#base = options.indexBase ?? 0;
    this.#limit = Math.min((options.columns ?? 2 ** 32 - 1) + this.#base, 2 ** 32 - 1);
  }

  begin(file: string): void {
    this.#text.begin(file);
  }

  push(block: Buffer): void {
    this.#text.push(block);
  }

  next(): SparseBatch | undefined {
    const block = this.#text.block;
    while (this.#text.at < block.length) {
      this.#text.line++;
      const start = this.#skipSpaces(this.#text.at);
      const first = block[start];
      if (start >= block.length || first === NEWLINE || first === RETURN || first === HASH) {
        const end = this.#rowEnd(start);
        if (end < 0) throw this.#explain();
        this.#text.at = end;
        continue;
      }
      this.#rows ??= new SparseRows(this.#options.precision !== 64, 1);
      const rows = this.#rows;
      const end = this.#row(start, rows);
      if (end < 0) throw this.#explain();
      this.#text.at = end;
      rows.endRow();
      // Rows differ in length: their mean says when a batch has enough values.
      if (rows.rows >= rowsOfBatch(this.#options, rows.count / rows.rows)) return this.rest();
    }
    return undefined;
  }

  rest(): SparseBatch | undefined {
    const batch = this.#rows?.take(this.#options.columns);
    this.#rows = undefined;
    return batch;
  }

  /** Reads a row. Returns the position behind its line; -1 if a rule is broken. */
  #row(start: number, rows: SparseRows): number {
    const block = this.#text.block;
    let at = this.#label(start, rows);
    if (at < 0) return -1;
    const second = this.#skipSpaces(at);
    const hasGroup = block[second] === LOWER_Q && second > at;
    this.#hasGroups ??= hasGroup;
    if (hasGroup !== this.#hasGroups) return -1;
    if (hasGroup) {
      at = this.#group(second, rows);
      if (at < 0) return -1;
    }
    let last = this.#base - 1;
    for (;;) {
      const next = this.#skipSpaces(at);
      const byte = block[next];
      if (next >= block.length || byte === NEWLINE || byte === RETURN || byte === HASH) return this.#rowEnd(next);
      // A space separates two values.
      if (next === at) return -1;
      at = this.#scanIndex(next);
      if (at < 0 || this.#index <= last || this.#index >= this.#limit) return -1;
      last = this.#index;
      const { values, indices } = rows.room(1);
      at = scanNumber(block, at, block.length, values, rows.count);
      if (at < 0) return -1;
      indices[rows.count] = last - this.#base;
      rows.added(1);
    }
  }

  #label(start: number, rows: SparseRows): number {
    const block = this.#text.block;
    let at = scanNumber(block, start, block.length, this.#number, 0);
    if (at < 0) return -1;
    checkLabels(this.#options, this.#number, { start: 0, count: 1 }, { ...this.#text.position, column: 1 });
    rows.addLabel(this.#number[0] as number);
    const hasWeight = block[at] === COLON;
    this.#hasWeights ??= hasWeight;
    if (hasWeight !== this.#hasWeights) return -1;
    if (!hasWeight) return at;
    at = scanNumber(block, at + 1, block.length, this.#number, 0);
    if (at < 0) return at;
    const weight = this.#number[0] as number;
    checkWeight(this.#options, weight, { ...this.#text.position, column: 1 });
    rows.addWeight(weight);
    return at;
  }

  #group(start: number, rows: SparseRows): number {
    const block = this.#text.block;
    if (block.compare(QID, 0, QID.length, start, Math.min(start + QID.length, block.length)) !== 0) return -1;
    const at = scanNumber(block, start + QID.length, block.length, this.#number, 0);
    const group = this.#number[0] as number;
    if (at < 0 || group < 0 || !Number.isSafeInteger(group)) return -1;
    rows.addGroup(group);
    return at;
  }

  /** Reads `index:`. Returns the position behind it; -1 for anything else. */
  #scanIndex(start: number): number {
    const block = this.#text.block;
    let index = 0;
    let at = start;
    for (; at < block.length; at++) {
      const digit = (block[at] as number) - 0x30;
      if (digit < 0 || digit > 9) break;
      index = index * 10 + digit;
    }
    this.#index = index;
    return at > start && block[at] === COLON ? at + 1 : -1;
  }

  #skipSpaces(start: number): number {
    const block = this.#text.block;
    let at = start;
    while (block[at] === SPACE || block[at] === TAB) at++;
    return at;
  }

  /** The position behind the line that ends, or has a comment, at `start`; -1 for a carriage return alone. */
  #rowEnd(start: number): number {
    const block = this.#text.block;
    if (start >= block.length) return start;
    if (block[start] === NEWLINE) return start + 1;
    if (block[start] === RETURN) return start + 1 >= block.length || block[start + 1] === NEWLINE ? start + 2 : -1;
    const end = block.indexOf(NEWLINE, start);
    return end < 0 ? block.length : end + 1;
  }

  #explain() {
    const end = this.#text.block.indexOf(NEWLINE, this.#text.at);
    const line = this.#text.block.toString('utf8', this.#text.at, end < 0 ? this.#text.block.length : end);
    return explainLibsvmRow(line.endsWith('\r') ? line.slice(0, -1) : line, this.#text.position, {
      base: this.#base,
      limit: this.#limit,
      hasWeights: this.#hasWeights,
      hasGroups: this.#hasGroups,
      isSingle: this.#options.precision !== 64,
    });
  }
}
