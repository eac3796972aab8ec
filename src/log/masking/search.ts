import { type Automaton, makeAutomaton, stateAfter } from './automaton.ts';
import { LONGEST_FORM, SHORTEST_SECRET } from './forms.ts';
import { MASK, type Span } from './shapes.ts';

// With these, a secret longer than its form goes on.
const GOES_ON = /[^\s"'`<>,;]*/y;
const CUT = '…'.charCodeAt(0);
// At its end, a text may have the beginning of a secret by chance, unless the beginning is as long as this.
const TELLING_END = 12;
const PIECE = 1 << 16;

/** Masks all of many forms in texts, in time that grows with the length of the texts only. */
export class Search {
  readonly #automaton: Automaton;

  constructor(forms: readonly string[]) {
    this.#automaton = makeAutomaton([...new Set(forms)]);
  }

  /** A whole text. A secret that is cut off, at the end or before "…", is masked too. */
  mask(text: string): string {
    const stream = this.stream();
    let result = '';
    for (let at = 0; at < text.length; at += PIECE) result += stream.push(text.slice(at, at + PIECE));
    return result + stream.end(TELLING_END);
  }

  /** The text that comes in pieces. */
  stream(): MaskedText {
    return new MaskedText(this.#automaton);
  }
}

/** A text that comes in pieces, in which secrets are masked wherever it is cut. */
export class MaskedText {
  readonly #automaton: Automaton;
  #state = 0;
  /** What was pushed and not returned: it has the beginning of what may be a secret. */
  #held = '';
  /** The secrets in the held text, in their order; none overlaps another. */
  #secrets: Span[] = [];
  /** Whether the last of them is longer than its form, and goes on. */
  #goesOn = false;

  constructor(automaton: Automaton) {
    this.#automaton = automaton;
  }

  /** What is certain by now. */
  push(piece: string): string {
    const { first, matched, depth } = this.#automaton;
    const text = this.#held + piece;
    let state = this.#state;
    const start = this.#goesOn ? this.#goOn(text, this.#held.length) : this.#held.length;
    // For each character of a log: no look at a member, no check that an index exists, and most begin no secret.
    for (let at = start; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === CUT) this.#addCut(at, depth[state] as number);
      state = state === 0 ? (first[unit] as number) : stateAfter(this.#automaton, state, unit);
      if (state === 0) continue;
      const length = matched[state] as number;
      if (length === 0) continue;
      this.#add(at + 1 - length, at + 1);
      if (length < LONGEST_FORM) continue;
      at = this.#goOn(text, at + 1) - 1;
      state = 0;
    }
    this.#state = state;
    this.#held = text;
    return this.#take(text.length - (depth[state] ?? 0));
  }

  /** The rest. If the text breaks off in a secret of which it has `telling` characters, these are masked. */
  end(telling: number = SHORTEST_SECRET): string {
    const begun = this.#automaton.depth[this.#state] ?? 0;
    const { length } = this.#held;
    if (begun >= telling) this.#add(length - begun, length);
    this.#state = 0;
    this.#goesOn = false;
    return this.#take(length);
  }

  #add(start: number, end: number): void {
    let first = start;
    let last = this.#secrets.at(-1);
    while (last !== undefined && last[1] > first) {
      first = Math.min(first, last[0]);
      this.#secrets.pop();
      last = this.#secrets.at(-1);
    }
    this.#secrets.push([first, end]);
  }

  #addCut(at: number, begun: number): void {
    if (begun >= SHORTEST_SECRET) this.#add(at - begun, at);
  }

  /** Adds to the last secret what it goes on with. Returns where it ends. */
  #goOn(text: string, at: number): number {
    GOES_ON.lastIndex = at;
    const end = at + (GOES_ON.exec(text)?.[0].length ?? 0);
    const last = this.#secrets.pop();
    if (last !== undefined) this.#secrets.push([last[0], end]);
    this.#goesOn = end === text.length;
    return end;
  }

  /** Returns the held text up to a place, masked, but for the secrets that reach beyond the place or may go on. */
  #take(limit: number): string {
    let result = '';
    let copied = 0;
    while (this.#secrets.length > (this.#goesOn ? 1 : 0)) {
      const [start, end] = this.#secrets[0] as Span;
      if (end > limit) break;
      result += this.#held.slice(copied, start) + MASK;
      copied = end;
      this.#secrets.shift();
    }
    const keep = Math.max(copied, Math.min(limit, this.#secrets[0]?.[0] ?? limit));
    result += this.#held.slice(copied, keep);
    this.#held = this.#held.slice(keep);
    this.#secrets = this.#secrets.map(([start, end]) => [start - keep, end - keep]);
    return result;
  }
}
