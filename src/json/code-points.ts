/** Compares two strings by code point, as Python's `sorted` does; JavaScript compares UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a.charCodeAt(i) === b.charCodeAt(i)) continue;
    // The difference may be in the second half of a surrogate pair: compare from its start.
    const from = i > 0 && isHighSurrogate(a.charCodeAt(i - 1)) ? i - 1 : i;
    return codePoint(a, from) - codePoint(b, from) || codePoint(a, i) - codePoint(b, i);
  }
  return a.length - b.length;
}

/** Whether `text` has exactly one character (code point). */
export function isSingleCharacter(text: string): boolean {
  return text.length === 1 || (text.length === 2 && codePoint(text, 0) > 0xffff);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function codePoint(text: string, at: number): number {
  return text.codePointAt(at) ?? 0;
}
