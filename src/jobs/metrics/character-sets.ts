// What Python calls white space.
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const ASCII_SPACE = '\\t-\\r\\x20';

/** Python's classes of characters for JavaScript's flag `v`: of all Unicode, or of ASCII only (Python's flag `a`). */
export class CharacterSets {
  /** The edge of a word. */
  readonly boundary: string;
  readonly #sets: Readonly<Record<string, string>>;

  constructor(isAscii: boolean) {
    const word = isAscii ? 'a-zA-Z0-9_' : '\\p{L}\\p{N}_';
    const digit = isAscii ? '0-9' : '\\p{Nd}';
    const space = isAscii ? ASCII_SPACE : SPACE;
    this.#sets = {
      d: `[${digit}]`,
      D: `[^${digit}]`,
      s: `[${space}]`,
      S: `[^${space}]`,
      w: `[${word}]`,
      W: `[^${word}]`,
    };
    this.boundary = `(?:(?<=[${word}])(?![${word}])|(?<![${word}])(?=[${word}]))`;
  }

  /** The class `\d`, `\D` … of that letter, which may stand in another class too; undefined where there is none. */
  named(letter: string): string | undefined {
    return Object.hasOwn(this.#sets, letter) ? this.#sets[letter] : undefined;
  }
}

/** A character as itself, wherever in a pattern it stands. */
export function literal(character: string): string {
  return /^[a-zA-Z0-9 ]$/.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
