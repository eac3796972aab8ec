import { LineSplitter } from '../../text/line-splitter.ts';

// Lines of `train` itself, and of the reference's: a time, a name, a level.
const OWN_LINE = /^\d{4}-\d\d-\d\d[T ][\d:.,]+Z? (?:optml|sagemaker-(?:training-toolkit|containers)) +([A-Z]+) +(.*)$/s;
const BANNER_START = 'Invoking user script';
const BANNER_END = 'Invoking script with the following command:';
const FAILURE = 'Reporting training FAILURE';
const QUIET_LEVELS: ReadonlySet<string> = new Set(['DEBUG', 'INFO']);
const MARKS = ['optml', 'sagemaker-training-toolkit', 'sagemaker-containers'].map((name) => Buffer.from(` ${name} `));
const NEWLINE = 10;
// A longer banner is none.
const MOST_BANNER_BYTES = 8 << 20;
const LONGEST_LINE_BYTES = 1 << 20;

type State = 'program' | 'banner' | 'command' | 'after-command' | 'failure';

/**
 * What of a host's output a person wants to see: the lines of the program. `train` adds a banner (contract C72), its own
 * messages, and at the end the failure reason, which the summary of the job says too. The log of the job keeps all of it.
 */
export class TrainLines {
  readonly #lines = new LineSplitter({ longestBytes: LONGEST_LINE_BYTES });
  #state: State = 'program';
  #hidden: Buffer[] = [];
  #hiddenBytes = 0;
  /** Whether the start of a line was passed on: its rest follows as it is. */
  #isMidLine = false;

  /** The part of these bytes that is shown. */
  show(bytes: Buffer): Buffer {
    if (this.#state === 'program' && !this.#lines.isInsideLine && !MARKS.some((mark) => bytes.includes(mark))) {
      this.#isMidLine = bytes.length > 0 ? bytes.at(-1) !== NEWLINE : this.#isMidLine;
      return bytes;
    }
    const shown = this.#lines.push(bytes).flatMap((piece) => linesOf(piece).flatMap((line) => this.#take(line)));
    // The start of a line, which may be a question or a progress bar.
    if (this.#state === 'program' && this.#lines.isInsideLine) shown.push(...this.#takeStart());
    return Buffer.concat(shown);
  }

  /** What is still held when the host has ended. */
  end(): Buffer {
    const rest = this.#lines.end() ?? Buffer.alloc(0);
    const isCut = this.#state === 'banner';
    this.#state = 'program';
    return Buffer.concat(isCut ? [...this.#hidden, rest] : [rest]);
  }

  #takeStart(): readonly Buffer[] {
    const start = this.#lines.takeStart();
    if (start === undefined) return [];
    this.#isMidLine = true;
    return [start];
  }

  #take(line: Buffer): readonly Buffer[] {
    const isRest = this.#isMidLine;
    this.#isMidLine = line.at(-1) !== NEWLINE;
    if (isRest && this.#state === 'program') return [line];
    const text = line.toString('utf8').trimEnd();
    const own = OWN_LINE.exec(text);
    if (own !== null) return this.#takeOwn(line, own[1] ?? '', own[2] ?? '');
    switch (this.#state) {
      case 'program':
        return [line];
      case 'failure':
        return [];
      case 'banner':
        return this.#hide(line, text);
      case 'command':
        if (text !== '') this.#state = 'after-command';
        this.#hidden = [];
        return [];
      case 'after-command':
        this.#state = 'program';
        return text === '' ? [] : [line];
    }
  }

  #takeOwn(line: Buffer, level: string, text: string): readonly Buffer[] {
    if (level === 'ERROR' && text === FAILURE) this.#state = 'failure';
    else if (this.#state === 'failure' && level === 'ERROR') return [];
    else if (text === BANNER_START) this.#begin();
    else if (!QUIET_LEVELS.has(level)) return [line];
    return [];
  }

  #begin(): void {
    this.#state = 'banner';
    this.#hidden = [];
    this.#hiddenBytes = 0;
  }

  #hide(line: Buffer, text: string): readonly Buffer[] {
    this.#hidden.push(line);
    this.#hiddenBytes += line.length;
    if (text === BANNER_END) this.#state = 'command';
    if (this.#hiddenBytes <= MOST_BANNER_BYTES) return [];
    this.#state = 'program';
    return this.#hidden.splice(0);
  }
}

function linesOf(piece: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < piece.length; ) {
    const end = piece.indexOf(NEWLINE, from);
    const to = end < 0 ? piece.length : end + 1;
    lines.push(piece.subarray(from, to));
    from = to;
  }
  return lines;
}
