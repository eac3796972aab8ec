import type { RawName } from '../../job-tree/raw-name.ts';
import type { ListedObject } from '../buckets.ts';
import { compareRaw, firstIndex, rawKey, textOfKey } from '../listing/order.ts';
import type { KeySource } from '../listing/roll-up.ts';
import { ListedTable } from './listed-table.ts';

/** So many new keys are inserted one by one; more are sorted together with the others. */
const FEW = 64;

/** What a list shows of the objects of a bucket, in the order of their keys' bytes. */
export class ObjectIndex {
  /** Rows of the table. */
  readonly #rows = new Map<RawName, number>();
  readonly #table = new ListedTable();
  /** In order; also keys that have been deleted. */
  #sorted: RawName[] = [];
  /** Keys that are not among the sorted ones, in any order. */
  #fresh: RawName[] = [];

  get size(): number {
    return this.#rows.size;
  }

  set(object: ListedObject): void {
    const raw = rawKey(object.key);
    const row = this.#rows.get(raw);
    if (row !== undefined) this.#table.set(row, object);
    else {
      this.#fresh.push(raw);
      this.#rows.set(raw, this.#table.add(object));
    }
  }

  delete(key: string): void {
    const raw = rawKey(key);
    const row = this.#rows.get(raw);
    if (row === undefined) return;
    this.#rows.delete(raw);
    this.#table.remove(row);
  }

  /** The objects in order. It may change while they are read. */
  keys(): KeySource {
    let at = 0;
    return {
      from: (bound) => {
        this.#arrange();
        const sorted = this.#sorted;
        if (!isFirst(sorted, at, bound)) at = firstIndex(sorted, (raw) => raw >= bound);
        for (; at < sorted.length; at++) {
          const raw = sorted[at] as RawName;
          const row = this.#rows.get(raw);
          if (row === undefined) continue;
          // The next key is there, most likely.
          at++;
          return { raw, object: this.#table.get(row, textOfKey(raw)) };
        }
        return undefined;
      },
    };
  }

  #arrange(): void {
    if (this.#fresh.length > 0) {
      if (this.#fresh.length <= FEW) for (const raw of this.#fresh) insert(this.#sorted, raw);
      else this.#sorted = merged(this.#sorted, this.#fresh);
      this.#fresh = [];
    }
    if (this.#sorted.length > 2 * this.#rows.size + FEW) {
      this.#sorted = this.#sorted.filter((raw) => this.#rows.has(raw));
    }
  }
}

/** Whether `at` is where the first key from `bound` on is. */
function isFirst(sorted: readonly RawName[], at: number, bound: RawName): boolean {
  const here = sorted[at];
  const before = sorted[at - 1];
  return here !== undefined && here >= bound && before !== undefined && before < bound;
}

function insert(sorted: RawName[], raw: RawName): void {
  const at = firstIndex(sorted, (one) => one >= raw);
  // Deleted and written again.
  if (sorted[at] !== raw) sorted.splice(at, 0, raw);
}

function merged(sorted: readonly RawName[], fresh: readonly RawName[]): RawName[] {
  const all = [...sorted, ...fresh].sort(compareRaw);
  return all.filter((raw, index) => raw !== all[index - 1]);
}
