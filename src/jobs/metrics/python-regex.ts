import { CharacterSets, literal } from './character-sets.ts';

/** A pattern that has no like in JavaScript, or that Python refuses as well; the message says why. */
export class PatternError extends Error {}

/** A pattern after translation. */
export interface TranslatedPattern {
  /** Searches as Python's `re.search` does. The first group is the first group. */
  readonly regex: RegExp;
  /** Number of groups. */
  readonly groups: number;
}

/**
 * A regular expression of Python's `re` as one of JavaScript's: named groups and references to them, `\A`, `\Z`, `(?#…)`,
 * flags `aimsux` at the start (and, but for `i`, for a group), classes by Unicode, `.` and `$` by Python's rules.
 *
 * @throws PatternError for what has no translation (conditions, atomic groups, possessive quantifiers, `\N{…}`, a flag `i`
 * for a part only, bytes) and for what is no pattern in Python.
 */
export function translatePattern(pattern: string): TranslatedPattern {
  const translator = new Translator(pattern);
  const source = translator.translate();
  try {
    return { regex: new RegExp(source, translator.flags), groups: translator.groups };
  } catch (error) {
    throw new PatternError(reasonOf(error as Error));
  }
}

// The engine's message repeats the translated pattern, which no user has written: only what follows it is for people.
function reasonOf({ message }: Error): string {
  return message.slice(message.lastIndexOf(': ') + 2).toLowerCase();
}

interface Flags {
  readonly ascii: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
  readonly verbose: boolean;
}

const NO_FLAGS: Flags = { ascii: false, dotAll: false, multiline: false, verbose: false };
const FLAG_NAMES: Readonly<Record<string, keyof Flags>> = { a: 'ascii', s: 'dotAll', m: 'multiline', x: 'verbose' };

const START = '(?<![\\s\\S])';
const END = '(?![\\s\\S])';

/** Goes through a pattern once, from left to right. */
class Translator {
  groups = 0;
  flags = 'v';
  readonly #text: string;
  #at = 0;
  readonly #names = new Map<string, number>();
  readonly #open = new Set<number>();

  constructor(text: string) {
    this.#text = text;
  }

  translate(): string {
    const result = this.#alternatives(this.#globalFlags());
    if (this.#at < this.#text.length) throw new PatternError('unbalanced parenthesis');
    return result;
  }

  #globalFlags(): Flags {
    let flags = NO_FLAGS;
    for (;;) {
      const found = /^\(\?([aiLmsux]+)\)/.exec(this.#text.slice(this.#at));
      if (found === null) return flags;
      this.#at += found[0].length;
      flags = this.#withFlags(flags, found[1] ?? '', true);
      if (found[1]?.includes('i') && !this.flags.includes('i')) this.flags += 'i';
    }
  }

  #withFlags(flags: Flags, letters: string, value: boolean): Flags {
    if (letters.includes('L')) throw new PatternError('the flag L is for bytes only');
    const changed = [...letters].filter((letter) => letter !== 'i' && letter !== 'u');
    const unicode = letters.includes('u') ? { ascii: false } : {};
    return { ...flags, ...unicode, ...Object.fromEntries(changed.map((letter) => [FLAG_NAMES[letter], value])) };
  }

  #alternatives(flags: Flags): string {
    let result = this.#sequence(flags);
    while (this.#takes('|')) result += `|${this.#sequence(flags)}`;
    return result;
  }

  #sequence(flags: Flags): string {
    let result = '';
    for (;;) {
      if (flags.verbose) this.#skipVerbose();
      const next = this.#text[this.#at];
      if (next === undefined || next === '|' || next === ')') return result;
      const atom = this.#atom(flags);
      if (flags.verbose) this.#skipVerbose();
      result += this.#quantified(atom);
    }
  }

  #skipVerbose(): void {
    this.#at += /^(?:[ \t\n\r\f\v]|#[^\n]*)*/.exec(this.#text.slice(this.#at))?.[0].length ?? 0;
  }

  #quantified({ text, isRepeatable }: Atom): string {
    const found = /^(?:[*+?]|\{(\d*)(,?)(\d*)\})/.exec(this.#text.slice(this.#at));
    // `{}` stands for itself.
    if (found === null || found[0] === '{}') return text;
    if (!isRepeatable) throw new PatternError('nothing to repeat');
    this.#at += found[0].length;
    const lazy = this.#takes('?') ? '?' : '';
    const rest = this.#text.slice(this.#at);
    if (lazy === '' && rest.startsWith('+')) throw new PatternError('possessive quantifiers are not supported');
    if (/^(?:[*+?]|\{\d*,\d*\}|\{\d+\})/.test(rest)) throw new PatternError('multiple repeat');
    const counts = found[1] === undefined ? found[0] : `{${found[1] || 0}${found[2]}${found[3]}}`;
    return `${text}${counts}${lazy}`;
  }

  #atom(flags: Flags): Atom {
    const next = this.#nextCharacter();
    switch (next) {
      case '.':
        return repeatable(flags.dotAll ? '[\\s\\S]' : '[^\\n]');
      case '^':
        // Without the flag m, V8 looks at the start only.
        return assertion(flags.multiline ? '(?<![^\\n])' : '^');
      case '$':
        return assertion(flags.multiline ? `(?=\\n|${END})` : `(?=\\n?${END})`);
      case '(':
        return this.#group(flags);
      case '[':
        return repeatable(this.#set(flags));
      case '\\':
        return this.#escape(flags);
      case '*':
      case '+':
      case '?':
        throw new PatternError('nothing to repeat');
      case '{':
        if (/^(?:\d*,\d*|\d+)\}/.test(this.#text.slice(this.#at))) throw new PatternError('nothing to repeat');
        return repeatable(literal(next));
      default:
        return repeatable(literal(next));
    }
  }

  #group(flags: Flags): Atom {
    if (!this.#takes('?')) return this.#capture(flags, '(', undefined);
    if (this.#takes('P<')) {
      const name = this.#name('>');
      return this.#capture(flags, `(?<${name}>`, name);
    }
    if (this.#takes('P=')) {
      const name = this.#name(')');
      const number = this.#names.get(name);
      if (number === undefined) throw new PatternError(`unknown group name ${JSON.stringify(name)}`);
      return this.#reference(number);
    }
    if (this.#takes('#')) {
      const end = this.#text.indexOf(')', this.#at);
      if (end < 0) throw new PatternError('missing ), unterminated comment');
      this.#at = end + 1;
      return { text: '', isRepeatable: false };
    }
    for (const look of ['=', '!', '<=', '<!']) {
      // A look around may be repeated in Python, not here: a group around it may.
      if (this.#takes(look)) return repeatable(`(?:(?${look}${this.#rest(flags)}))`);
    }
    if (this.#takes(':')) return repeatable(`(?:${this.#rest(flags)})`);
    if (this.#takes('(')) throw new PatternError('conditions, (?(…)…), are not supported');
    if (this.#takes('>')) throw new PatternError('atomic groups, (?>…), are not supported');
    return this.#flagged(flags);
  }

  #flagged(flags: Flags): Atom {
    const found = /^([aiLmsux]*)(?:-([imsx]+))?([:)])/.exec(this.#text.slice(this.#at));
    if (found === null) throw new PatternError('unknown extension after (?');
    const [all, on = '', off = '', end] = found;
    this.#at += all.length;
    if (end === ')') throw new PatternError('global flags not at the start of the expression');
    const isInsensitive = this.flags.includes('i');
    if ((on.includes('i') && !isInsensitive) || (off.includes('i') && isInsensitive)) {
      throw new PatternError('the flag i for a part of the expression is not supported: put (?i) at its start');
    }
    return repeatable(`(?:${this.#rest(this.#withFlags(this.#withFlags(flags, on, true), off, false))})`);
  }

  #capture(flags: Flags, opening: string, name: string | undefined): Atom {
    const number = ++this.groups;
    if (name !== undefined) {
      if (this.#names.has(name)) throw new PatternError(`redefinition of group name ${JSON.stringify(name)}`);
      this.#names.set(name, number);
    }
    this.#open.add(number);
    const text = `${opening}${this.#rest(flags)})`;
    this.#open.delete(number);
    return repeatable(text);
  }

  // Up to the parenthesis that closes the group, and past it.
  #rest(flags: Flags): string {
    const inside = this.#alternatives(flags);
    if (!this.#takes(')')) throw new PatternError('missing ), unterminated subpattern');
    return inside;
  }

  #name(end: string): string {
    const to = this.#text.indexOf(end, this.#at);
    const name = to < 0 ? '' : this.#text.slice(this.#at, to);
    if (!/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name)) {
      throw new PatternError(`bad character in group name ${JSON.stringify(name)}`);
    }
    this.#at = to + 1;
    return name;
  }

  #reference(number: number): Atom {
    if (number > this.groups) throw new PatternError(`invalid group reference ${number}`);
    if (this.#open.has(number)) throw new PatternError('cannot refer to an open group');
    // By number, which names do not allow in JavaScript where a digit follows: the group ends it.
    return repeatable(`(?:\\${number})`);
  }

  #escape(flags: Flags): Atom {
    const sets = new CharacterSets(flags.ascii);
    const rest = this.#text.slice(this.#at);
    const reference = /^[1-9]\d?/.exec(rest)?.[0];
    if (reference !== undefined && !/^[0-3][0-7]{2}/.test(rest)) {
      this.#at += reference.length;
      return this.#reference(Number(reference));
    }
    const letter = rest[0];
    const asserted: Readonly<Record<string, string>> = {
      A: flags.multiline ? START : '^',
      Z: END,
      b: sets.boundary,
      B: `(?!${sets.boundary})`,
    };
    if (letter !== undefined && Object.hasOwn(asserted, letter)) {
      this.#at++;
      return assertion(asserted[letter] ?? '');
    }
    const set = letter === undefined ? undefined : sets.named(letter);
    if (set !== undefined) {
      this.#at++;
      return repeatable(set);
    }
    return repeatable(literal(this.#escapedCharacter()));
  }

  /** The character that an escape stands for, outside of classes and inside. */
  #escapedCharacter(): string {
    const rest = this.#text.slice(this.#at);
    const coded = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(0[0-7]{0,2}|[1-3][0-7]{2}))/.exec(rest);
    if (coded !== null) {
      this.#at += coded[0].length;
      const [, x, u, long, octal] = coded;
      const code = octal === undefined ? Number.parseInt(x ?? u ?? long ?? '', 16) : Number.parseInt(octal, 8);
      if (code > 0x10ffff) throw new PatternError(`bad escape \\${coded[0]}`);
      return String.fromCodePoint(code);
    }
    if (rest === '') throw new PatternError('bad escape (end of pattern)');
    if (rest.startsWith('N{')) throw new PatternError('characters by name, \\N{…}, are not supported');
    const next = this.#nextCharacter();
    const control = CONTROLS[next];
    if (control !== undefined) return control;
    if (/[a-zA-Z0-9]/.test(next)) throw new PatternError(`bad escape \\${next}`);
    return next;
  }

  #set(flags: Flags): string {
    const sets = new CharacterSets(flags.ascii);
    const isNegated = this.#takes('^');
    const items: string[] = [];
    for (let isFirst = true; isFirst || !this.#takes(']'); isFirst = false) {
      const from = this.#setItem(sets);
      const isRange = this.#text[this.#at] === '-' && !['', ']'].includes(this.#text[this.#at + 1] ?? '');
      if (!isRange) {
        items.push('set' in from ? from.set : literal(from.character));
        continue;
      }
      this.#at++;
      const to = this.#setItem(sets);
      if ('set' in from || 'set' in to || codeOf(from.character) > codeOf(to.character)) {
        throw new PatternError('bad character range');
      }
      items.push(`${literal(from.character)}-${literal(to.character)}`);
    }
    return `[${isNegated ? '^' : ''}${items.join('')}]`;
  }

  #setItem(sets: CharacterSets): { readonly character: string } | { readonly set: string } {
    if (this.#at >= this.#text.length) throw new PatternError('unterminated character set');
    const next = this.#nextCharacter();
    if (next !== '\\') return { character: next };
    const letter = this.#text[this.#at] ?? '';
    const set = sets.named(letter);
    if (set !== undefined) {
      this.#at++;
      return { set };
    }
    if (letter === 'b') {
      this.#at++;
      return { character: '\b' };
    }
    return { character: this.#escapedCharacter() };
  }

  #nextCharacter(): string {
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return character;
  }

  #takes(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}

/** A piece of a translated pattern. */
interface Atom {
  readonly text: string;
  /** Whether a quantifier may follow it in Python. */
  readonly isRepeatable: boolean;
}

const repeatable = (text: string): Atom => ({ text, isRepeatable: true });
const assertion = (text: string): Atom => ({ text, isRepeatable: false });

const CONTROLS: Readonly<Record<string, string>> = {
  a: '\x07',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
