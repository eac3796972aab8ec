import { within } from '../clock.ts';

// What has no end by then is shown without it: a question, or a line of dots.
const PARTIAL_MS = 250;
const LONGEST = 64 * 1024;

/**
 * Puts a program's output together to whole lines, so that those of several programs do not run into one another: Python
 * writes a line in pieces when it is told not to hold output back. A carriage return ends a line too (progress bars).
 */
export async function* wholeLines(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  let next = chunks.next();
  for (;;) {
    const hasNews = rest.length === 0 || (await within(next, PARTIAL_MS));
    if (!hasNews) {
      yield rest;
      rest = Buffer.alloc(0);
    }
    const { value, done } = await next;
    if (done === true) break;
    next = chunks.next();
    const all = rest.length === 0 ? value : Buffer.concat([rest, value]);
    const end = Math.max(all.lastIndexOf(0x0a), all.lastIndexOf(0x0d)) + 1;
    const cut = all.length > LONGEST ? all.length : end;
    rest = all.subarray(cut);
    if (cut > 0) yield all.subarray(0, cut);
  }
  if (rest.length > 0) yield rest;
}
