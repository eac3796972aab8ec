import { setImmediate as nextTurn } from 'node:timers/promises';

/** Steps of some microseconds each, between which nothing else can happen. */
const STEPS = 512;

/** Returns a function to await between two short steps of a long loop: every few milliseconds it lets all other work go on. */
export function pauses(): () => Promise<void> | undefined {
  let count = 0;
  return () => (++count % STEPS === 0 ? nextTurn() : undefined);
}
