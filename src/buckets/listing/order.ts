import { type RawName, rawName, readable } from '../../job-tree/raw-name.ts';

const ASCII = /^[\0-\x7f]*$/;

/** The bytes of a key as a string, which is the key itself for most. */
export function rawKey(key: string): RawName {
  return ASCII.test(key) ? key : rawName(key);
}

/** The key of such a string. */
export function textOfKey(raw: RawName): string {
  return ASCII.test(raw) ? raw : readable(raw);
}

export function compareRaw(one: RawName, other: RawName): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** The index of the first item for which `isReached` holds, as it does for all behind it; the length if for none. */
export function firstIndex<Item>(items: readonly Item[], isReached: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isReached(items[middle] as Item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
