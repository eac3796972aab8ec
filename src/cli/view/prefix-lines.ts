/**
 * Lines with `prefix` before each, as whole lines; also before a text that rewrites its line after a carriage return. The
 * bytes of the lines stay as they are, also where they are not UTF-8: one byte is one character here. The prefix is ASCII.
 */
export function prefixLines(lines: Buffer, prefix: string): Buffer {
  const text = lines.toString('latin1');
  const body = (text.endsWith('\n') ? text.slice(0, -1) : text).replaceAll(LINE_STARTS, (start) => `${start}${prefix}`);
  return Buffer.from(`${prefix}${body}\n`, 'latin1');
}

// Behind a newline, and behind a carriage return that other text of the line follows.
const LINE_STARTS = /\n|\r(?=[^\r\n])/g;
