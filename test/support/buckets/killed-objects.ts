/** Loops that change objects at the same time, and keys of each: no two change the same key. */
export const LOOPS = 8;
export const KEYS_PER_LOOP = 4;

export function keyOf(loop: number, number: number): string {
  return `folder-${number % 2}/loop-${loop}/key-${number}`;
}

/** The content of a write: `id` ends with its size. All of it depends on the id. */
export function contentOf(id: string): Buffer {
  const size = Number(id.split('.').at(-1));
  return Buffer.alloc(size, `${id} `);
}
