import { type RawName, rawName, readable } from '../../job-tree/raw-name.ts';
import type { ListedObject } from '../buckets.ts';
import { compareRaw, firstIndex } from '../listing/order.ts';
import type { KeySource } from '../listing/roll-up.ts';

/** What is kept of each object: 100,000 of them take some 25 MB. */
interface Entry {
  readonly size: number;
  readonly etag: string;
  readonly modifiedMs: number;
  readonly checksum: ListedObject['checksum'];
}

/** So many new keys are inserted one by one; more are sorted together with the others. */
const FEW = 64;

/** What a list shows of the objects of a bucket, in the order of their keys' bytes. */
export class ObjectIndex {
  readonly #entries = new Map<RawName, Entry>();
  /** One object for each kind of checksum, which all entries share. */
  readonly #kinds = new Map<string, ListedObject['checksum']>();
  /** In order; also keys that have been deleted. */
  #sorted: RawName[] = [];
  /** Keys that are not among the sorted ones, in any order. */
  #fresh: RawName[] = [];

  get size(): number {
    return this.#entries.size;
  }

  set({ key, size, etag, modifiedAt, checksum }: ListedObject): void {
    const raw = rawName(key);
    if (!this.#entries.has(raw)) this.#fresh.push(raw);
    this.#entries.set(raw, { size, etag, modifiedMs: modifiedAt.getTime(), checksum: this.#kindOf(checksum) });
  }

  delete(key: string): void {
    this.#entries.delete(rawName(key));
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
          const entry = this.#entries.get(raw);
          if (entry === undefined) continue;
          // The next key is there, most likely.
          at++;
          return { raw, object: shown(raw, entry) };
        }
        return undefined;
      },
    };
  }

  #kindOf(checksum: ListedObject['checksum']): ListedObject['checksum'] {
    if (checksum === undefined) return undefined;
    const { algorithm, type } = checksum;
    const name = `${algorithm} ${type}`;
    const known = this.#kinds.get(name) ?? { algorithm, type };
    this.#kinds.set(name, known);
    return known;
  }

  #arrange(): void {
    if (this.#fresh.length > 0) {
      if (this.#fresh.length <= FEW) for (const raw of this.#fresh) insert(this.#sorted, raw);
      else this.#sorted = merged(this.#sorted, this.#fresh);
      this.#fresh = [];
    }
    if (this.#sorted.length > 2 * this.#entries.size + FEW) {
      this.#sorted = this.#sorted.filter((raw) => this.#entries.has(raw));
    }
  }
}

function shown(raw: RawName, { size, etag, modifiedMs, checksum }: Entry): ListedObject {
  return { key: readable(raw), size, etag, modifiedAt: new Date(modifiedMs), checksum };
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
