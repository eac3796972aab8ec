import { inspect } from 'node:util';
import { pythonRepr } from '../../json/python-json.ts';

/** Shorter texts are no secrets worth the name, and their masks would hide unrelated text. */
export const SHORTEST_SECRET = 6;

/** Longer forms are found by this many of their first characters. */
export const LONGEST_FORM = 256;

// Of a longer secret, what follows is masked only as far as it goes on without a space behind a form.
const LONGEST_TEXT = 64 * 1024;

/** The texts as which programs print a secret: raw, escaped, quoted and encoded. Longer than {@link LONGEST_FORM}: cut there. */
export function formsOf(value: string): readonly string[] {
  const text = value.slice(0, LONGEST_TEXT).toWellFormed();
  const forms = new Set<string>();
  for (const whole of partsOf(text)) {
    // One more than a form has: what is cut may be half of a pair of surrogates.
    const part = whole.slice(0, LONGEST_FORM + 1);
    for (const form of [part, ...escaped(part), ...shellQuoted(part), ...urlEncoded(part), ...htmlEscaped(part)])
      forms.add(form);
  }
  for (const form of [...base64(text), ...hexadecimal(text)]) forms.add(form);
  return [...new Set([...forms].map((form) => form.slice(0, LONGEST_FORM)))].filter(
    (form) => form.length >= SHORTEST_SECRET,
  );
}

// The lines of a secret may be printed one by one, and a long line in pieces.
function partsOf(text: string): ReadonlySet<string> {
  const parts = new Set([text, text.trim()]);
  if (text.includes('\n')) for (const line of text.split(/\r?\n/)) if (line.length > SHORTEST_SECRET) parts.add(line);
  const most = Math.min(text.length, 16 * LONGEST_FORM);
  for (let at = LONGEST_FORM; at < most; at += LONGEST_FORM) {
    const start = Math.min(at, text.length - LONGEST_FORM);
    parts.add(text.slice(start, start + LONGEST_FORM));
  }
  return parts;
}

function* escaped(text: string): Generator<string> {
  const json = JSON.stringify(text).slice(1, -1);
  const ascii = toAscii(json, (unit) => `\\u${hex(unit, 4)}`);
  for (const form of [json, ascii]) {
    yield form;
    // PHP and some others escape slashes.
    yield form.replaceAll('/', '\\/');
    yield JSON.stringify(form).slice(1, -1);
  }
  const repr = pythonRepr(text).slice(1, -1);
  const bare = repr.replaceAll("\\'", "'");
  for (const form of [repr, bare, bare.replaceAll("'", "\\'"), bare.replaceAll('"', '\\"')]) {
    yield form;
    yield pythonAscii(form);
    yield JSON.stringify(form).slice(1, -1);
  }
  // Python's bytes.
  yield escapeBytes(bare);
  yield escapeBytes(bare.replaceAll("'", "\\'"));
  yield inspect(text, { maxStringLength: null, breakLength: Number.POSITIVE_INFINITY }).slice(1, -1);
}

function toAscii(text: string, show: (unit: number) => string): string {
  return text.replace(/[\u007f-\uffff]/g, (unit) => show(unit.charCodeAt(0)));
}

function pythonAscii(text: string): string {
  return text.replace(/[\u{7f}-\u{10ffff}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${hex(code, 2)}` : code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  });
}

function escapeBytes(text: string): string {
  return text.replace(/[\u{7f}-\u{10ffff}]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `\\x${hex(byte, 2)}`).join(''),
  );
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function* shellQuoted(text: string): Generator<string> {
  yield text.replaceAll("'", "'\\''");
  yield text.replaceAll("'", `'"'"'`);
  yield text.replace(/[\\"$`]/g, '\\$&');
  yield text.replace(/[^\w@%+=:,./-]/g, '\\$&');
  // bash's $'…'
  yield text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

// Characters that the encoders leave as they are, beside letters, digits, `_`, `.` and `-`.
const UNENCODED = ['~', '~/', "~!*'()", '*', "~!*'();/?:@&=+$,#", "~!*'();/:@&=+$,", "~!$&'()*+,%", '~!$&()*+,%', ''];

function* urlEncoded(text: string): Generator<string> {
  if (/^[\w.-]*$/.test(text)) return;
  for (const unencoded of UNENCODED) {
    for (const space of ['%20', '+']) {
      const form = percentEncode(text, unencoded, space);
      yield form;
      yield form.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase());
    }
  }
}

function percentEncode(text: string, unencoded: string, space: string): string {
  return text.replace(/[^A-Za-z0-9_.-]/gu, (character) => {
    if (character === ' ') return space;
    if (unencoded.includes(character)) return character;
    return [...Buffer.from(character)].map((byte) => `%${hex(byte, 2).toUpperCase()}`).join('');
  });
}

function* htmlEscaped(text: string): Generator<string> {
  if (!/[&<>"']/.test(text)) return;
  const basic = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  for (const double of ['"', '&quot;', '&#34;']) {
    for (const single of ["'", '&#39;', '&#x27;', '&#039;', '&apos;', '&#34;']) {
      yield basic.replaceAll('"', double).replaceAll("'", single);
    }
  }
}

// Lines of the `base64` command, of PEM files.
const BASE64_LINES = [76, 64];

/**
 * The characters that depend on nothing but the secret: they appear wherever a text that contains it is encoded, such as the
 * `user:password` of an HTTP header.
 */
function* base64(text: string): Generator<string> {
  const bytes = Buffer.from(text);
  for (const offset of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const stable = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    yield* [stable, toUrlAlphabet(stable)];
    if (offset === 0) yield* [encoded, toUrlAlphabet(encoded)];
    if (offset > 0 || text.length > 16 * LONGEST_FORM) continue;
    for (const width of BASE64_LINES) {
      for (let at = 0; encoded.length > width && at < encoded.length; at += width) yield encoded.slice(at, at + width);
    }
  }
}

// As hexdumps and a Buffer of Node print bytes.
function* hexadecimal(text: string): Generator<string> {
  const digits = Buffer.from(text.slice(0, LONGEST_FORM)).toString('hex');
  yield* [digits, digits.toUpperCase(), digits.replace(/..(?!$)/g, '$& ')];
}

function toUrlAlphabet(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_');
}
