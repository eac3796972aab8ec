import { timingSafeEqual } from 'node:crypto';

/** Whether two signatures are equal, in a time that does not depend on where they differ. */
export function isSame(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}
