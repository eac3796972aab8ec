import { within } from '../concurrency/clock.ts';
import { LineSplitter } from '../text/line-splitter.ts';

// What has no end by then is shown without it: a question, or a line of dots.
const PARTIAL_MS = 250;
const LONGEST_BYTES = 64 * 1024;

/**
 * Joins a program's output to whole lines, so that lines of several programs do not mix: Python writes a line in pieces when
 * its output is not buffered. A carriage return ends a line too (progress bars).
 */
export async function* wholeLines(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  const lines = new LineSplitter({ longestBytes: LONGEST_BYTES, splitsAtReturn: true });
  let next = chunks.next();
  for (;;) {
    const hasNews = !lines.isInsideLine || (await within(next, PARTIAL_MS));
    if (!hasNews) yield* heldBy(lines);
    const { value, done } = await next;
    if (done === true) break;
    next = chunks.next();
    yield* lines.push(value);
  }
  yield* heldBy(lines);
}

function heldBy(lines: LineSplitter): readonly Buffer[] {
  const held = lines.end();
  return held === undefined ? [] : [held];
}
