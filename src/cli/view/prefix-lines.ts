/**
 * Lines with `prefix` before each, as whole lines. The bytes of the lines stay as they are, also where they are not UTF-8:
 * one byte is one character here. The prefix is ASCII.
 */
export function prefixLines(lines: Buffer, prefix: string): Buffer {
  const text = lines.toString('latin1');
  const body = (text.endsWith('\n') ? text.slice(0, -1) : text).replaceAll('\n', `\n${prefix}`);
  return Buffer.from(`${prefix}${body}\n`, 'latin1');
}
