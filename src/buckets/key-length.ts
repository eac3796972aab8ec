const LONGEST_KEY_BYTES = 1024;

/** What is wrong with the length of a key, for any bucket. */
export function keyLengthProblem(key: string): string | undefined {
  const bytes = Buffer.byteLength(key);
  if (bytes === 0) return 'A key has at least one byte.';
  return bytes > LONGEST_KEY_BYTES ? `A key has at most ${LONGEST_KEY_BYTES} bytes.` : undefined;
}
