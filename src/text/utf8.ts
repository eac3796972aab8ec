/** The offset of the first byte that is not UTF-8; undefined if all are. `text` is the lossy decoding of `bytes`. */
export function firstInvalidByte(bytes: Buffer, text: string): number | undefined {
  if (!text.includes('\ufffd')) return undefined;
  // Decoding and encoding again keeps every valid byte, so the first difference is the first invalid one.
  const again = Buffer.from(text, 'utf8');
  let at = 0;
  while (at < bytes.length && bytes[at] === again[at]) at++;
  if (at === bytes.length) return undefined;
  // The replacement character starts with 0xef, as the invalid byte itself may do.
  while (at > 0 && isContinuation(again[at])) at--;
  return at;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** The text without a byte order mark at its start. */
export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
