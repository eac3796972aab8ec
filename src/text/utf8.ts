/** The offset of the first byte that is not UTF-8; undefined if all are. `text` is the lossy decoding of `bytes`. */
export function firstInvalidByte(bytes: Buffer, text: string): number | undefined {
  if (!text.includes('\ufffd')) return undefined;
  // Decoding and encoding again keeps every valid byte, so the first difference is the first invalid one.
  const again = Buffer.from(text, 'utf8');
  let at = 0;
  while (at < bytes.length && bytes[at] === again[at]) at++;
  return at < bytes.length ? at : undefined;
}

/** The text without a byte order mark at its start. */
export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
