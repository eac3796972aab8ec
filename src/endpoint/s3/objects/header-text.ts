import { invalidArgument } from '../errors.ts';

// "Working with object metadata" of the Amazon S3 user guide: values that are not US-ASCII are decoded as in RFC 2047 before
// they are stored, and encoded like that in answers.
const ENCODED_WORD = /=\?UTF-8\?([BQ])\?([^?]*)\?=/gi;
const PLAIN = /^[\x20-\x7e\t]*$/;

/** A value of user metadata as it is kept. */
export function decodeHeaderText(text: string): string {
  return text.replace(ENCODED_WORD, (word, kind: string, content: string) => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(
        kind.toUpperCase() === 'B' ? base64(content) : quoted(content),
      );
    } catch {
      return word;
    }
  });
}

/** A kept value as the value of a header. */
export function encodeHeaderText(text: string): string {
  return PLAIN.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}

/** A name from a query or a form that becomes that of a header. @throws ServiceError InvalidArgument */
export function checkHeaderName(name: string): void {
  if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name)) return;
  throw invalidArgument(name, '', 'Header name contains characters that HTTP does not allow.');
}

/** A value from a query or a form that becomes a header. @throws ServiceError InvalidArgument */
export function checkedHeaderValue(name: string, value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: HTTP forbids exactly these
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {
    throw invalidArgument(name, '', 'Header value cannot contain control characters.');
  }
  if ([...value].every((char) => char <= '\u00ff')) return value;
  throw invalidArgument(name, value, 'Header value cannot be represented using ISO-8859-1.');
}

function base64(content: string): Buffer {
  return Buffer.from(content, 'base64');
}

function quoted(content: string): Buffer {
  const bytes = content
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
