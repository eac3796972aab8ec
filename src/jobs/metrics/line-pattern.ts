import { translatePattern } from './python-regex.ts';
import { hasAlternatives, requiredText } from './python-tokens.ts';

/** What an expression finds in a line. */
export interface Match {
  /** Text of the first group; undefined if it matches nothing. */
  readonly group: string | undefined;
}

/** Searches lines as Python's `re.search` does, and soon sees most lines that the expression does not match. */
export class LinePattern {
  readonly #regex: RegExp;
  readonly #required: string;
  #withIndices: RegExp | undefined;

  /** `regex` is of Python's dialect, and has a translation. */
  constructor(regex: string) {
    const { source, flags } = translatePattern(regex).regex;
    this.#regex = new RegExp(isAnchored(regex) ? `^(?:${source})` : source, flags);
    this.#required = requiredText(regex);
  }

  /** Whether the expression may match a line of this text. */
  mayMatch(text: string): boolean {
    return text.includes(this.#required);
  }

  /** `line` has no line break. */
  search(line: string): Match | undefined {
    const found = this.#regex.exec(line);
    return found === null ? undefined : { group: found[1] };
  }

  /** Searches the start of a longer line: a group that reaches its end might go on, so it is no match. */
  searchStart(start: string): Match | undefined {
    this.#withIndices ??= new RegExp(this.#regex.source, `${this.#regex.flags}d`);
    const found = this.#withIndices.exec(start);
    if (found === null || found.indices?.[1]?.[1] === start.length) return undefined;
    return { group: found[1] };
  }
}

/**
 * Whether a match begins at the start of the line if there is any: `.*` takes what comes before. Without the anchor, the
 * engine tries each position of a line that does not match, and reads the line to its end each time.
 */
function isAnchored(regex: string): boolean {
  return /^\.[*+]/.test(regex) && !hasAlternatives(regex);
}
