import type { Floats } from '../batch.ts';

/** Largest power of ten that a double has exactly: products and quotients with it are rounded once, hence exact. */
const EXACT_POWERS = 22;
const LARGEST_EXACT = 2 ** 53;
const POWERS = Array.from({ length: 309 }, (_, exponent) => Number(`1e${exponent}`));
/** Digits that are counted; a double cannot tell more. */
const MOST_DIGITS = 19;
/** More than the relative error of digits beyond 2^53, {@link POWERS} and their product together: about 10 * 2^-53. */
const ERROR = 2 ** -48;
/** From here on, the nearest single is infinite. */
const SINGLE_LIMIT = (2 - 2 ** -24) * 2 ** 127;

const ZERO = 0x30;

/**
 * Reads the decimal number that starts at `start` into `out[at]`, correctly rounded for its precision. Returns the position
 * behind the number; -1 if there is none, or if `out` has no finite number for it.
 */
export function scanNumber(bytes: Uint8Array, start: number, end: number, out: Floats, at: number): number {
  let position = start;
  let byte = bytes[position] as number;
  const isNegative = byte === 0x2d;
  if (isNegative || byte === 0x2b) position++;
  const first = position;
  let digits = 0;
  let mantissa = 0;
  let exponent = 0;
  for (; position < end; position++) {
    byte = (bytes[position] as number) - ZERO;
    if (byte > 9 || byte < 0) break;
    if (digits < MOST_DIGITS) {
      mantissa = mantissa * 10 + byte;
      if (mantissa > 0) digits++;
    } else exponent++;
  }
  let count = position - first;
  if (position < end && bytes[position] === 0x2e) {
    position++;
    const point = position;
    for (; position < end; position++) {
      byte = (bytes[position] as number) - ZERO;
      if (byte > 9 || byte < 0) break;
      if (digits < MOST_DIGITS) {
        mantissa = mantissa * 10 + byte;
        if (mantissa > 0) digits++;
        exponent--;
      }
    }
    count += position - point;
  }
  if (count === 0) return -1;
  if (position < end && ((bytes[position] as number) | 0x20) === 0x65) {
    const behind = scanExponent(bytes, position + 1, end);
    if (behind < 0) return -1;
    exponent += lastExponent;
    position = behind;
  }
  const isSingle = out instanceof Float32Array;
  const value = roundedOnce(mantissa, exponent, isSingle);
  const exact = Number.isNaN(value) ? Number(latin1(bytes, first, position)) : value;
  if (isSingle ? exact >= SINGLE_LIMIT : exact > Number.MAX_VALUE) return -1;
  out[at] = isNegative ? -exact : exact;
  return position;
}

let lastExponent = 0;

function scanExponent(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  const sign = bytes[position];
  if (position < end && (sign === 0x2d || sign === 0x2b)) position++;
  const first = position;
  let exponent = 0;
  for (; position < end; position++) {
    const digit = (bytes[position] as number) - ZERO;
    if (digit > 9 || digit < 0) break;
    // Beyond every double already.
    if (exponent < 100_000) exponent = exponent * 10 + digit;
  }
  lastExponent = sign === 0x2d ? -exponent : exponent;
  return position === first ? -1 : position;
}

/** The number that mantissa and exponent mean; NaN if only a longer computation can round it correctly. */
function roundedOnce(mantissa: number, exponent: number, isSingle: boolean): number {
  if (mantissa === 0) return 0;
  const size = exponent < 0 ? -exponent : exponent;
  if (size <= EXACT_POWERS && mantissa <= LARGEST_EXACT) {
    return exponent < 0 ? mantissa / (POWERS[size] as number) : mantissa * (POWERS[size] as number);
  }
  if (size > 290 || !isSingle) return Number.NaN;
  const near = exponent < 0 ? mantissa / (POWERS[size] as number) : mantissa * (POWERS[size] as number);
  // The error of `near` cannot change the nearest single.
  const isCertain = Math.fround(near * (1 - ERROR)) === Math.fround(near * (1 + ERROR));
  return isCertain && near > 1e-37 ? near : Number.NaN;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
