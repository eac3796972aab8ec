/** Numbers that a seed decides, so that a failed trial can be run again. */
export interface Random {
  /** A whole number from 0 up to but not including `end`. */
  below(end: number): number;
  of<Item>(items: readonly Item[]): Item;
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const below = (end: number) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  };
  return { below, of: <Item>(items: readonly Item[]) => items[below(items.length)] as Item };
}
