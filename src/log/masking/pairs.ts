import { isSecretName, isSecretPair, isVagueName } from './names.ts';
import type { Span } from './shapes.ts';

/** Where a text comes from: from the configuration of a job, or from a program, where it may be code and prose. */
export type TextKind = 'configuration' | 'output';

// A name that begins no later than here: `name=`, `name: `, `"name":`, `--name `, `'--name', `. The quotes may be escaped.
const NAME =
  /(?<![\w.-])(?<open>\\{0,8}["'`])?(?<name>-{0,2}[A-Za-z_][\w.-]{0,99})(?:\k<open>)?(?<separator>[ \t]{0,8}(?:=>|[:=,])[ \t]{0,8}|[ \t]{1,8})/g;

const OPENING_QUOTE = /[bru]{0,2}(\\{0,8}["'`])/iy;
// Nothing, words of languages, and references to a value that is somewhere else.
const NO_SECRET =
  /^(?:[Nn]ull|[Nn]one|nil|[Tt]rue|[Ff]alse|undefined|[Nn]a[Nn]|\*+|\.{3}|…|<[\w .-]*>|\$[A-Z_][A-Z0-9_]*|\$[({].*[)}]|%(?:\(\w+\))?[sdr]|\{[\w.]*\}|\{\{.*\}\})?$/;
const ERROR_NAME = /(?:Error|Exception|Warning|Failure)$/;

/** Where a text has the values of secret names: assignments, options, dictionaries and headers, whole or damaged. */
export function pairSpans(text: string, kind: TextKind): readonly Span[] {
  if (!isSecretName(text)) return [];
  const spans: Span[] = [];
  NAME.lastIndex = 0;
  for (let found = NAME.exec(text); found !== null; found = NAME.exec(text)) {
    const { open = '', name = '', separator = '' } = found.groups ?? {};
    const mark = separator.trim();
    const pair = { open, name, mark, isSpaced: mark !== separator, isOutput: kind === 'output' };
    const end = NAME.lastIndex;
    // Behind a space may be the next name.
    if (mark === '') NAME.lastIndex = found.index + open.length + name.length;
    if (!isSecretName(name) || !hasValue(pair) || (mark === '' && text[end] === '-')) continue;
    const span = valueSpan(text, end, pair, found.index);
    const value = text.slice(...span);
    if (isSecretValue(value, pair) && !(pair.isOutput && isCodeOrProse(value, text[span[1]], pair))) spans.push(span);
    // No part of the text is searched for a value twice.
    NAME.lastIndex = Math.max(span[1], end);
  }
  return spans;
}

interface Pair {
  readonly open: string;
  readonly name: string;
  readonly mark: string;
  readonly isSpaced: boolean;
  readonly isOutput: boolean;
}

/** Whether these separators stand between a name and a value. */
function hasValue({ open, name, mark, isSpaced }: Pair): boolean {
  const isOption = name.startsWith('-');
  if (mark === '') return isOption && open === '';
  if (mark === ',') return isOption && open !== '';
  return mark !== ':' || open !== '' || (isSpaced && !ERROR_NAME.test(name));
}

function valueSpan(text: string, at: number, pair: Pair, start: number): Span {
  const { open, name, mark, isOutput } = pair;
  const isLine =
    mark === ':' && open === '' && /(?:^|\n)[ \t]*(?:- )?$/.test(text.slice(Math.max(0, start - 100), start));
  return (
    quotedSpan(text, at) ??
    (open !== '' && mark !== ',' ? listSpan(text, at) : undefined) ??
    (isLine || /authorization$/i.test(name) ? lineSpan(text, at) : bareSpan(text, at, isOutput && isVagueName(name)))
  );
}

function isSecretValue(value: string, { name }: Pair): boolean {
  return !NO_SECRET.test(value) && isSecretPair(name.replace(/^-+/, ''), value);
}

/** The content of the quotes that open at a place; of quotes that do not close, up to the end of the text. */
function quotedSpan(text: string, at: number): Span | undefined {
  OPENING_QUOTE.lastIndex = at;
  const quote = OPENING_QUOTE.exec(text)?.[1];
  if (quote === undefined) return undefined;
  const start = OPENING_QUOTE.lastIndex;
  const mark = quote.at(-1);
  for (let end = start; end < text.length; end++) {
    if (text[end] === mark && escapesBefore(text, end, start) < quote.length)
      return [start, end - escapesBefore(text, end, start)];
  }
  return [start, text.length];
}

// In quotes that are escaped n times, a quote with more than n backslashes is content.
function escapesBefore(text: string, at: number, start: number): number {
  let count = 0;
  while (at - count > start && text[at - count - 1] === '\\') count++;
  return count;
}

/** A list or object, which may contain others, up to its end. */
function listSpan(text: string, at: number): Span | undefined {
  if (!'[{('.includes(text[at] ?? ' ')) return undefined;
  let depth = 0;
  for (let end = at; end < text.length; end++) {
    const character = text[end] ?? '';
    if ('[{('.includes(character)) depth++;
    else if (']})'.includes(character) && --depth === 0) return [at, end + 1];
  }
  return [at, text.length];
}

function lineSpan(text: string, at: number): Span {
  return [at, at + runAt(/[^\n\r"'`]*/y, text, at).trimEnd().length];
}

/** What goes on to a space or a quote, and where it may be code, to a bracket. */
function bareSpan(text: string, at: number, mayBeCode: boolean): Span {
  // `a=1,b=2` is how a script gets an object.
  const end = mayBeCode ? /[\s"'`&;([]|,[\w.-]+=/g : /[\s"'`&;]|,[\w.-]+=/g;
  end.lastIndex = at;
  const value = text.slice(at, end.exec(text)?.index);
  // `Secret('…')`: what wraps the value goes on to its closing bracket.
  const call = value.endsWith('(') ? listSpan(text, at + value.length - 1) : undefined;
  return [at, call?.[1] ?? at + value.length - trailing(value)];
}

function runAt(run: RegExp, text: string, at: number): string {
  run.lastIndex = at;
  return run.exec(text)?.[0] ?? '';
}

// Brackets that were opened before the value, and punctuation behind it.
function trailing(value: string): number {
  const isClosing = (opening: string) => !value.includes(opening);
  const loose = [
    ',',
    ...(isClosing('(') ? [')'] : []),
    ...(isClosing('[') ? [']'] : []),
    ...(isClosing('{') ? ['}'] : []),
  ];
  let count = 0;
  while (count < value.length && loose.includes(value.at(-1 - count) ?? '')) count++;
  return count;
}

// Measures that programs print: `tokens: 128`, `token_accuracy=0.97`.
const MEASURED = /^[-+]?(?:\d{1,5}|\d{0,5}\.\d+)(?:e[-+]?\d+)?$/i;
const NUMERIC_SECRET = /PASSWORD|PASSWD|PASSPHRASE|PASSCODE|PWD|PIN|SECRET|CRED/i;

function isCodeOrProse(value: string, behind: string | undefined, { name, open, mark, isSpaced }: Pair): boolean {
  if (name.startsWith('-')) return false;
  if (MEASURED.test(value) && !NUMERIC_SECRET.test(name)) return true;
  if (open !== '') return false;
  const isWord = /^[a-z]+[.,:;!?]*$/.test(value);
  if (mark === ':' || isSpaced)
    return isWord || (isVagueName(name) && !/^[\w+/=.~-]*$/.test(value)) || (isVagueName(name) && !/\d/.test(value));
  return isVagueName(name) && (isWord || behind === '(' || behind === '[' || !/[\dA-Z]/.test(value));
}
