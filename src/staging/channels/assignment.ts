/** Which items of a channel a host gets. */
export interface Assignment {
  /** How many items there are. */
  readonly count: number;
  /** Of so many hosts; 1 when every host gets all. */
  readonly hosts: number;
  /** This one, from 0. */
  readonly host: number;
  /** Shuffles the items of each epoch before they are dealt (contract C45). */
  readonly seed?: number | undefined;
  /** From 0. */
  readonly epoch?: number;
}

/** Indexes of a host's items, in their order: item after item is dealt to host after host (contract C45). */
export function* assignedItems({ count, hosts, host, seed, epoch = 0 }: Assignment): Generator<number> {
  const order = seed === undefined ? undefined : shuffledOrder(count, seed, epoch);
  for (let position = host; position < count; position += hosts) yield order?.[position] ?? position;
}

/** The order of an epoch: a fixed function of seed and epoch, by the shuffle of Fisher and Yates. */
function shuffledOrder(count: number, seed: number, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  const next = randomNumbers(`${seed} ${epoch}`);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    const item = order[last] as number;
    order[last] = order[other] as number;
    order[other] = item;
  }
  return order;
}

/** Numbers from 0 (inclusive) to 1 (exclusive): Marsaglia's generator of 32 bits, which must not start at 0. */
function randomNumbers(seed: string): () => number {
  let state = hash(seed) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A hash of 32 bits in which every character moves every bit: FNV-1a with the end of MurmurHash3. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
