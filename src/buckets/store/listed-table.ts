import type { ListedObject } from '../buckets.ts';

const ETAG = /^([0-9a-f]{32})(?:-([1-9]\d{0,4}))?$/;
const ETAG_BYTES = 16;
const FIRST_ROWS = 1 << 10;

/** What a list shows of an object, without its key. */
export type ListedValues = Omit<ListedObject, 'key'>;

/**
 * Rows of what lists show, in arrays of numbers: 40 bytes for each object, where objects of JavaScript would take five times
 * as much and fill the heap.
 */
export class ListedTable {
  #sizes = new Float64Array(FIRST_ROWS);
  #times = new Float64Array(FIRST_ROWS);
  /** MD5s; {@link #parts} has the number behind them, 0 for none. */
  #etags = Buffer.alloc(FIRST_ROWS * ETAG_BYTES);
  #parts = new Uint32Array(FIRST_ROWS);
  #kinds = new Uint8Array(FIRST_ROWS);
  /** ETags of another form, by their rows. */
  readonly #others = new Map<number, string>();
  /** Kinds of checksums, which {@link #kinds} numbers from 1 on. */
  readonly #checksums: NonNullable<ListedObject['checksum']>[] = [];
  readonly #free: number[] = [];
  #count = 0;

  /** Takes a row. Returns its number. */
  add(values: ListedValues): number {
    const row = this.#free.pop() ?? this.#count++;
    if (row === this.#sizes.length) this.#grow();
    this.set(row, values);
    return row;
  }

  set(row: number, { size, etag, modifiedAt, checksum }: ListedValues): void {
    this.#sizes[row] = size;
    this.#times[row] = modifiedAt.getTime();
    this.#kinds[row] = this.#kindOf(checksum);
    const [, md5, parts = '0'] = ETAG.exec(etag) ?? [];
    if (md5 === undefined) this.#others.set(row, etag);
    else {
      this.#others.delete(row);
      this.#etags.write(md5, row * ETAG_BYTES, 'hex');
      this.#parts[row] = Number(parts);
    }
  }

  /** What a list shows of the object of this key, whose row it is. */
  get(row: number, key: string): ListedObject {
    return {
      key,
      size: this.#sizes[row] as number,
      etag: this.#others.get(row) ?? this.#etagIn(row),
      modifiedAt: new Date(this.#times[row] as number),
      checksum: this.#checksums[(this.#kinds[row] as number) - 1],
    };
  }

  remove(row: number): void {
    this.#others.delete(row);
    this.#free.push(row);
  }

  #etagIn(row: number): string {
    const md5 = this.#etags.toString('hex', row * ETAG_BYTES, (row + 1) * ETAG_BYTES);
    const parts = this.#parts[row] as number;
    return parts === 0 ? md5 : `${md5}-${parts}`;
  }

  #kindOf(checksum: ListedObject['checksum']): number {
    if (checksum === undefined) return 0;
    const { algorithm, type } = checksum;
    const at = this.#checksums.findIndex((kind) => kind.algorithm === algorithm && kind.type === type);
    return at < 0 ? this.#checksums.push({ algorithm, type }) : at + 1;
  }

  #grow(): void {
    const rows = 2 * this.#sizes.length;
    this.#sizes = copied(this.#sizes, new Float64Array(rows));
    this.#times = copied(this.#times, new Float64Array(rows));
    this.#etags = copied(this.#etags, Buffer.alloc(rows * ETAG_BYTES));
    this.#parts = copied(this.#parts, new Uint32Array(rows));
    this.#kinds = copied(this.#kinds, new Uint8Array(rows));
  }
}

function copied<Numbers extends { set(from: ArrayLike<number>): void } & ArrayLike<number>>(
  from: Numbers,
  to: Numbers,
): Numbers {
  to.set(from);
  return to;
}
