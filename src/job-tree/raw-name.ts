import { isUtf8 } from 'node:buffer';
import { cutText } from '../errors/quote-value.ts';
import { visibleLine } from '../text/visible.ts';

/** A path as a string of bytes, a character each: a name on Linux need not be UTF-8, and none may get lost. */
export type RawName = string;

/** Longest that a name is in a message, in characters. */
const LONGEST_SHOWN = 200;

/** The raw name of a path that is text. */
export function rawName(path: string): RawName {
  return Buffer.from(path).toString('latin1');
}

/** The bytes that the file system knows a name by. */
export function bytesOf(name: RawName): Buffer {
  return Buffer.from(name, 'latin1');
}

/** The name as text; what is not UTF-8 in it is lost. */
export function readable(name: RawName): string {
  return bytesOf(name).toString('utf8');
}

/** The name for messages: bytes that are no text, and what a terminal would obey, as escapes. */
export function shownName(name: RawName): string {
  const bytes = bytesOf(name);
  if (isUtf8(bytes)) return shownText(bytes.toString('utf8'));
  return shownText(name.replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`));
}

/** The same in double quotes, cut where it is very long. */
export function quoteName(name: RawName): string {
  return `"${cutText(shownName(name), LONGEST_SHOWN)}"`;
}

/** A text for messages: control and invisible characters, line breaks too, as escapes. */
export const shownText = visibleLine;
