import { LineSplitter } from '../../text/line-splitter.ts';
import type { OutputStream } from '../../text/output-stream.ts';

// A longer line is passed on in pieces of this size.
const LONGEST_LINE_BYTES = 64 * 1024;
// The start of a line whose end has not arrived by then is passed on too: a question, or a progress bar.
const START_MS = 250;
const NEWLINE = 10;
const BREAK = Buffer.from('\n');

interface StreamLines {
  readonly splitter: LineSplitter;
  /** Passes on the start of the line that is held. */
  timer: NodeJS.Timeout | undefined;
}

/**
 * Joins the two streams of a host to one text of whole lines, in the order in which the lines end (contract C55). The start of
 * a line follows after {@link START_MS} at the latest. If a line of the other stream comes next, a line break that neither
 * stream contains separates the two. All other bytes are those of the streams.
 */
export class HostLines {
  readonly #take: (bytes: Buffer) => void | Promise<void>;
  readonly #streams = new Map<OutputStream, StreamLines>();
  /** The stream that a line without its end came from; `ended` if this end cannot arrive any more. */
  #unfinished: OutputStream | 'ended' | undefined;

  /** `take` gets whole lines, each with its break, or a piece of one line. */
  constructor(take: (bytes: Buffer) => void | Promise<void>) {
    this.#take = take;
  }

  /** Takes what arrived on a stream. A promise: wait before you bring more of it. */
  push(bytes: Buffer, stream: OutputStream): void | Promise<void> {
    const lines = this.#linesOf(stream);
    const { splitter } = lines;
    const pieces = splitter.push(bytes);
    if (pieces.length > 0 || !splitter.isInsideLine) {
      clearTimeout(lines.timer);
      lines.timer = undefined;
    }
    if (splitter.isInsideLine) {
      lines.timer ??= setTimeout(() => {
        lines.timer = undefined;
        this.#passStart(splitter.takeStart(), stream);
      }, START_MS);
    }
    const waits = pieces.flatMap((piece) => this.#pass(piece, stream)).filter((wait) => wait instanceof Promise);
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  }

  /** The host has ended: passes on last lines that have no break. It may be started again. */
  end(): void {
    for (const [stream, { splitter, timer }] of this.#streams) {
      clearTimeout(timer);
      this.#passStart(splitter.end(), stream);
    }
    this.#streams.clear();
    if (this.#unfinished !== undefined) this.#unfinished = 'ended';
  }

  #passStart(start: Buffer | undefined, stream: OutputStream): void {
    if (start !== undefined) void this.#pass(start, stream);
  }

  #pass(piece: Buffer, stream: OutputStream): readonly (void | Promise<void>)[] {
    const isApart = this.#unfinished !== undefined && this.#unfinished !== stream;
    this.#unfinished = piece.at(-1) === NEWLINE ? undefined : stream;
    return isApart ? [this.#take(BREAK), this.#take(piece)] : [this.#take(piece)];
  }

  #linesOf(stream: OutputStream): StreamLines {
    const known = this.#streams.get(stream);
    if (known !== undefined) return known;
    const lines = { splitter: new LineSplitter({ longestBytes: LONGEST_LINE_BYTES }), timer: undefined };
    this.#streams.set(stream, lines);
    return lines;
  }
}
