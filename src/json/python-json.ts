import { compareCodePoints } from './code-points.ts';
import { isPrintable } from './printable.ts';
import type { JsonObject, JsonValue } from './value.ts';

/** How {@link dumpJson} writes: the reference sorts names and puts no spaces; `indent` is for people. */
export interface DumpOptions {
  /** Spaces per level; without it all is on one line. */
  readonly indent?: number;
}

/**
 * Writes a value as Python's `json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=True)` does: names
 * sorted by code point, floats in their shortest form (`1.0`, `1e-05`), `NaN` and `Infinity` bare, ASCII only.
 */
export function dumpJson(value: JsonValue, options: DumpOptions = {}): string {
  return dump(value, options.indent ?? 0, '\n');
}

function dump(value: JsonValue, indent: number, newline: string): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return dumpString(value);
  if (typeof value === 'number') return dumpFloat(value);
  if (typeof value !== 'object') return String(value);
  const inner = indent === 0 ? '' : newline + ' '.repeat(indent);
  const items = Array.isArray(value)
    ? value.map((item) => inner + dump(item, indent, inner))
    : sortedEntries(value).map(
        ([name, item]) => `${inner}${dumpString(name)}:${indent === 0 ? '' : ' '}${dump(item, indent, inner)}`,
      );
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}${items.join(',')}${items.length > 0 && indent > 0 ? newline : ''}${close}`;
}

/** The entries of an object sorted by name, by code point. */
export function sortedEntries(object: JsonObject): Array<[string, JsonValue]> {
  return [...object].sort(([a], [b]) => compareCodePoints(a, b));
}

const NEEDS_ESCAPE = /["\\]|[^\u0020-\u007e]/g;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function dumpString(text: string): string {
  // Without the `u` flag the expression sees UTF-16 units, so a pair becomes two escapes, as in Python.
  return `"${text.replace(NEEDS_ESCAPE, (unit) => SHORT_ESCAPES[unit] ?? `\\u${hex(unit.charCodeAt(0), 4)}`)}"`;
}

function dumpFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return pythonFloat(value);
}

/** Writes a value as Python's `str()` does: text bare, everything else as {@link pythonRepr}. */
export function pythonStr(value: JsonValue): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}

/** Writes a value as Python's `repr()` does: `None`, `True`, `[1, 'x']`, `{'b': 1}` in the object's own order. */
export function pythonRepr(value: JsonValue): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return reprString(value);
  if (typeof value === 'number') return pythonFloat(value);
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  return `{${[...value].map(([name, item]) => `${reprString(name)}: ${pythonRepr(item)}`).join(', ')}}`;
}

/** The truth of a value in Python: empty text, lists and objects, zero, `None` and `False` are false. */
export function pythonTruth(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  // NaN is true in Python.
  return typeof value === 'number' && Number.isNaN(value) ? true : Boolean(value);
}

/** Python's `repr` of a float: the shortest digits that read back the same, an exponent below -4 and from 16 on. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '0', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = quote;
  for (const character of text) result += reprCharacter(character, quote);
  return result + quote;
}

function reprCharacter(character: string, quote: string): string {
  if (character === quote || character === '\\') return `\\${character}`;
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const codePoint = character.codePointAt(0) ?? 0;
  if (isPrintable(codePoint)) return character;
  if (codePoint <= 0xff) return `\\x${hex(codePoint, 2)}`;
  return codePoint <= 0xffff ? `\\u${hex(codePoint, 4)}` : `\\U${hex(codePoint, 8)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
