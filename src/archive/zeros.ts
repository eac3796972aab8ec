const ZEROS = Buffer.alloc(64 * 1024);

/** Whether there is nothing but zeros in it. */
export function isZero(bytes: Buffer): boolean {
  if (bytes[0] !== 0 || bytes[bytes.length - 1] !== 0) return bytes.length === 0;
  for (let start = 0; start < bytes.length; start += ZEROS.length) {
    const length = Math.min(ZEROS.length, bytes.length - start);
    if (bytes.compare(ZEROS, 0, length, start, start + length) !== 0) return false;
  }
  return true;
}
