/** A piece of a regular expression of Python, as far as a look at its text tells. */
interface Token {
  /** A character that stands for itself, the start or end of a group, a quantifier, or anything else. */
  readonly kind: 'literal' | 'open' | 'close' | 'alternative' | 'quantifier' | 'set' | 'other';
  readonly text: string;
}

const TOKENS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['literal', /\\[^a-zA-Z0-9]/suy],
  ['other', /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|.)?/suy],
  ['set', /\[\^?\]?(?:\\.|[^\]\\])*\]?/suy],
  ['open', /\((?:\?(?:P<[^>]*>|P=[^)]*|#[^)]*|<?[=!]|[a-zA-Z-]*:?))?/suy],
  ['close', /\)/y],
  ['alternative', /\|/y],
  ['quantifier', /(?:[*+?]|\{\d*,?\d*\})[?+]?/y],
  ['other', /[.^$]/y],
  ['literal', /./suy],
];

function tokensOf(regex: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < regex.length; ) {
    for (const [kind, pattern] of TOKENS) {
      pattern.lastIndex = at;
      const text = pattern.exec(regex)?.[0];
      if (text === undefined) continue;
      tokens.push({ kind, text });
      at += text.length;
      break;
    }
  }
  return tokens;
}

/** Whether the whole expression is one of several. */
export function hasAlternatives(regex: string): boolean {
  return outside(tokensOf(regex)).some(({ kind }) => kind === 'alternative');
}

/**
 * A text that each line contains which the expression matches: the longest that is found outside of groups. Empty if there
 * is none, or none that is certain.
 */
export function requiredText(regex: string): string {
  const tokens = tokensOf(regex);
  // A group, or the whole, may ignore case or white space.
  const hasFlags = tokens.some(({ kind, text }) => kind === 'open' && /^\(\?[a-zA-Z]*[ix]/.test(text));
  const outer = outside(tokens);
  if (hasFlags || outer.some(({ kind }) => kind === 'alternative')) return '';
  let longest = '';
  let run = '';
  for (const [index, { kind, text }] of outer.entries()) {
    const quantifier = outer[index + 1]?.kind === 'quantifier' ? outer[index + 1] : undefined;
    const isCertain = kind === 'literal' && (quantifier === undefined || quantifier.text.startsWith('+'));
    if (isCertain) run += text.startsWith('\\') && text.length > 1 ? text.slice(1) : text;
    if (run.length > longest.length) longest = run;
    if (!isCertain || quantifier !== undefined) run = '';
  }
  return longest;
}

/** The tokens outside of groups; each group is one that is no literal. */
function outside(tokens: readonly Token[]): readonly Token[] {
  const outer: Token[] = [];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'close') depth--;
    if (depth === 0) outer.push(token.kind === 'close' ? { kind: 'other', text: '' } : token);
    if (token.kind === 'open') depth++;
  }
  return outer;
}

/** Control characters, as the expression writes them, that it can only match as they are: such as `\t`. */
export function controlCharactersIn(regex: string): readonly ControlCharacter[] {
  const found = new Map<string, ControlCharacter>();
  for (const { kind, text } of tokensOf(regex)) {
    if (text.startsWith('[^')) continue;
    const parts = kind === 'set' ? (text.match(/\\(?:x[0-9a-fA-F]{2}|[0-7]{1,3}|.)|[^\\]/gsu) ?? []) : [text];
    for (const part of parts) {
      const code = codeOf(part);
      if (code !== undefined && (code < 0x20 || code === 0x7f)) found.set(part, { text: part, code });
    }
  }
  return [...found.values()];
}

/** A control character in an expression. */
export interface ControlCharacter {
  /** As it is written there. */
  readonly text: string;
  readonly code: number;
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

function codeOf(text: string): number | undefined {
  if (!text.startsWith('\\')) return [...text].length === 1 ? text.charCodeAt(0) : undefined;
  const name = text.slice(1);
  const short = ESCAPES[name];
  if (short !== undefined) return short;
  if (/^[xuU][0-9a-fA-F]+$/.test(name)) return Number.parseInt(name.slice(1), 16);
  // As in Python: other numbers refer to groups.
  return /^(?:0[0-7]{0,2}|[1-3][0-7]{2})$/.test(name) ? Number.parseInt(name, 8) : undefined;
}
