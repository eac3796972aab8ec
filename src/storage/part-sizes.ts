/** Files up to this size go by one request, larger ones in parts of it, or of more where there would be too many. */
export const PART_BYTES = 8 * 1024 * 1024;

const MOST_PARTS_OF_OBJECT = 10_000;

/** Size of the parts of a file in bytes: whole MiB, so that there are at most 10,000. */
export function partBytes(size: number): number {
  const mib = 1024 * 1024;
  return Math.max(PART_BYTES, Math.ceil(size / MOST_PARTS_OF_OBJECT / mib) * mib);
}

/** Where a part of a file is. */
export interface PartRange {
  /** From 1 on. */
  readonly number: number;
  readonly start: number;
  readonly bytes: number;
}

/** The parts by which a file of this size is sent: one for what goes by a single request, also for an empty file. */
export function* partsOf(size: number): Generator<PartRange> {
  const bytes = partBytes(size);
  yield { number: 1, start: 0, bytes: Math.min(bytes, size) };
  for (let start = bytes, number = 2; start < size; start += bytes, number++) {
    yield { number, start, bytes: Math.min(bytes, size - start) };
  }
}
