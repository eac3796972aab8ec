import type { Algorithm } from './digest.ts';

/** CRCs, whose sum of a whole can be made of those of its pieces. */
export type CrcAlgorithm = Extract<Algorithm, `CRC${string}`>;

/** A piece of a content: its sum in the byte order that S3 writes, and its length in bytes. */
export interface SummedPiece {
  readonly sum: Uint8Array;
  readonly bytes: number;
}

// Bits reflected: the highest bit is that of x^0. CRC64NVME as in the NVM Express specification.
const POLYNOMIALS: Readonly<Record<CrcAlgorithm, { readonly bits: number; readonly polynomial: bigint }>> = {
  CRC32: { bits: 32, polynomial: 0xedb88320n },
  CRC32C: { bits: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
};

/** Whether sums of this kind can be joined. */
export function isCrc(algorithm: Algorithm): algorithm is CrcAlgorithm {
  return algorithm in POLYNOMIALS;
}

/**
 * The CRC of pieces one after the other. The sum so far moves on by the zero bytes that the next piece would be, which is a
 * multiplication by a power of x modulo the polynomial.
 */
export function joinCrcs(algorithm: CrcAlgorithm, pieces: readonly SummedPiece[]): Uint8Array {
  const { bits, polynomial } = POLYNOMIALS[algorithm];
  const field = { top: 1n << BigInt(bits - 1), polynomial };
  // Parts are of one size, except the last: a power costs a hundred multiplications.
  const powers = new Map<number, bigint>();
  let joined = 0n;
  for (const { sum, bytes } of pieces) {
    const power = powers.get(bytes) ?? powerOfX(field, bytes * 8);
    powers.set(bytes, power);
    joined = multiply(field, power, joined) ^ BigInt(`0x${Buffer.from(sum).toString('hex')}`);
  }
  return Buffer.from(joined.toString(16).padStart(bits / 4, '0'), 'hex');
}

interface Field {
  readonly top: bigint;
  readonly polynomial: bigint;
}

function multiply({ top, polynomial }: Field, a: bigint, b: bigint): bigint {
  let product = 0n;
  for (let bit = top, rest = b; bit !== 0n; bit >>= 1n) {
    if ((a & bit) !== 0n) product ^= rest;
    rest = (rest & 1n) === 0n ? rest >> 1n : (rest >> 1n) ^ polynomial;
  }
  return product;
}

function powerOfX(field: Field, exponent: number): bigint {
  let result = field.top;
  // Halved by division: lengths have more than 32 bits.
  for (let square = field.top >> 1n, rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(field, square, result);
    square = multiply(field, square, square);
  }
  return result;
}
