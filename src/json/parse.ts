import { cutText } from '../errors/quote-value.ts';
import type { JsonObject, JsonValue } from './value.ts';

/** Why a text is not JSON, and where: `line` and `column` count from 1, `offset` in UTF-16 units from 0. */
export class JsonSyntaxError extends Error {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  readonly got: string;

  constructor(text: string, offset: number, expected: string) {
    const got = describeToken(text, offset);
    super(`expected ${expected}, got ${got}`);
    this.name = 'JsonSyntaxError';
    this.expected = expected;
    this.got = got;
    this.offset = offset;
    const before = text.slice(0, offset);
    this.line = before.split('\n').length;
    this.column = offset - before.lastIndexOf('\n');
  }
}

/** JSON nested deeper than {@link MAX_DEPTH}: the reference fails on such values too (its recursion limit). */
export class JsonDepthError extends Error {
  constructor() {
    super(`nested deeper than ${MAX_DEPTH} levels`);
    this.name = 'JsonDepthError';
  }
}

/** Deepest nesting of lists and objects. Python's own limit is about here. */
export const MAX_DEPTH = 990;

/** Most digits of an integer: what has more is no number for Python (`sys.get_int_max_str_digits`). */
export const MAX_INTEGER_DIGITS = 4300;

/**
 * Parses JSON as Python's `json.loads` does: `NaN`, `Infinity` and `-Infinity` are numbers, integers keep every digit,
 * lone surrogates are allowed, a repeated key keeps its first place and its last value.
 *
 * @throws JsonSyntaxError when `text` is not JSON; JsonDepthError when it is nested too deep.
 */
export function parseJson(text: string, hooks: JsonHooks = {}): JsonValue {
  const scanner: Scanner = { text, at: 0, hooks };
  const value = parseValue(scanner, 0);
  skipSpace(scanner);
  if (scanner.at < text.length) throw new JsonSyntaxError(text, scanner.at, 'the end of the text');
  return value;
}

/** What a stricter reader than Python's looks at. */
export interface JsonHooks {
  /** Gives the value of a number, `NaN` and the infinities included, from its digits in the text. */
  readonly number?: (digits: string, offset: number) => JsonValue;
  /** Receives a name that its object already has. */
  readonly repeated?: (name: string, offset: number) => void;
}

interface Scanner {
  readonly text: string;
  readonly hooks: JsonHooks;
  at: number;
}

const NUMBER = /(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const WORDS: ReadonlyArray<readonly [string, JsonValue]> = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];

function parseValue(scanner: Scanner, depth: number): JsonValue {
  skipSpace(scanner);
  const { text, at } = scanner;
  switch (text[at]) {
    case '"':
      return parseString(scanner);
    case '{':
      return parseObject(scanner, depth + 1);
    case '[':
      return parseList(scanner, depth + 1);
    default:
      return parseNumberOrWord(scanner);
  }
}

function parseNumberOrWord(scanner: Scanner): JsonValue {
  const { text, at, hooks } = scanner;
  NUMBER.lastIndex = at;
  const match = NUMBER.exec(text);
  if (match !== null) {
    scanner.at = NUMBER.lastIndex;
    // `007`, `1.2.3` and `10s` start like one.
    if (/[\w.]/.test(text[scanner.at] ?? '')) throw new JsonSyntaxError(text, at, 'a number');
    const [whole, digits = '', fraction, exponent] = match;
    if (hooks.number !== undefined) return hooks.number(whole, at);
    if (fraction !== undefined || exponent !== undefined) return Number(whole);
    if (digits.length > MAX_INTEGER_DIGITS + (digits.startsWith('-') ? 1 : 0)) {
      throw new JsonSyntaxError(text, at, `an integer of at most ${MAX_INTEGER_DIGITS} digits`);
    }
    return BigInt(digits);
  }
  for (const [word, value] of WORDS) {
    if (text.startsWith(word, at)) {
      scanner.at = at + word.length;
      return typeof value === 'number' && hooks.number !== undefined ? hooks.number(word, at) : value;
    }
  }
  throw new JsonSyntaxError(text, at, 'a value');
}

function parseObject(scanner: Scanner, depth: number): JsonObject {
  if (depth > MAX_DEPTH) throw new JsonDepthError();
  const object: JsonObject = new Map();
  scanner.at++;
  skipSpace(scanner);
  if (takeIf(scanner, '}')) return object;
  for (;;) {
    skipSpace(scanner);
    if (scanner.text[scanner.at] !== '"') {
      throw new JsonSyntaxError(scanner.text, scanner.at, 'a name in double quotes');
    }
    const start = scanner.at;
    const name = parseString(scanner);
    if (object.has(name)) scanner.hooks.repeated?.(name, start);
    skipSpace(scanner);
    if (!takeIf(scanner, ':')) throw new JsonSyntaxError(scanner.text, scanner.at, '":"');
    object.set(name, parseValue(scanner, depth));
    skipSpace(scanner);
    if (takeIf(scanner, '}')) return object;
    if (!takeIf(scanner, ',')) throw new JsonSyntaxError(scanner.text, scanner.at, '"," or "}"');
  }
}

function parseList(scanner: Scanner, depth: number): JsonValue[] {
  if (depth > MAX_DEPTH) throw new JsonDepthError();
  const list: JsonValue[] = [];
  scanner.at++;
  skipSpace(scanner);
  if (takeIf(scanner, ']')) return list;
  for (;;) {
    list.push(parseValue(scanner, depth));
    skipSpace(scanner);
    if (takeIf(scanner, ']')) return list;
    if (!takeIf(scanner, ',')) throw new JsonSyntaxError(scanner.text, scanner.at, '"," or "]"');
  }
}

// Everything of a string up to its end, an escape or a control character, in one step.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what ends the run
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function parseString(scanner: Scanner): string {
  const { text } = scanner;
  const start = scanner.at;
  let result = '';
  scanner.at++;
  for (;;) {
    PLAIN.lastIndex = scanner.at;
    PLAIN.exec(text);
    result += text.slice(scanner.at, PLAIN.lastIndex);
    scanner.at = PLAIN.lastIndex;
    if (scanner.at >= text.length) throw new JsonSyntaxError(text, start, 'a string that ends with a double quote');
    if (takeIf(scanner, '"')) return result;
    if (text[scanner.at] !== '\\') {
      throw new JsonSyntaxError(text, scanner.at, 'control characters in a string to be escaped (such as \\n or \\t)');
    }
    result += parseEscape(scanner);
  }
}

const FOUR_HEX = /[0-9a-fA-F]{4}/y;

function parseEscape(scanner: Scanner): string {
  const { text, at } = scanner;
  const letter = text[at + 1] ?? '';
  if (letter === 'u') {
    FOUR_HEX.lastIndex = at + 2;
    const digits = FOUR_HEX.exec(text);
    if (digits === null) throw new JsonSyntaxError(text, at, 'four hexadecimal digits after \\u');
    scanner.at = at + 6;
    return String.fromCharCode(Number.parseInt(digits[0], 16));
  }
  const plain = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
  if (plain === undefined)
    throw new JsonSyntaxError(text, at, 'an escape that JSON knows (\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u)');
  scanner.at = at + 2;
  return plain;
}

const SPACE = /[ \t\n\r]*/y;

function skipSpace(scanner: Scanner): void {
  SPACE.lastIndex = scanner.at;
  SPACE.exec(scanner.text);
  scanner.at = SPACE.lastIndex;
}

function takeIf(scanner: Scanner, character: string): boolean {
  if (scanner.text[scanner.at] !== character) return false;
  scanner.at++;
  return true;
}

const LONGEST_TOKEN = 40;

function describeToken(text: string, offset: number): string {
  if (offset >= text.length) return 'the end of the text';
  const rest = text.slice(offset, offset + 200);
  const token = /^(?:"(?:[^"\\\n]|\\.)*"?|[A-Za-z0-9_+.-]+|[\s\S])/u.exec(rest)?.[0] ?? rest.slice(0, 1);
  return JSON.stringify(cutText(token, LONGEST_TOKEN));
}
