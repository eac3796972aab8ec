const POLYNOMIAL = 0xedb88320;

/**
 * The CRC-32 of two pieces one after the other, from that of each and the length of the second in bytes: the first is moved
 * on by as many zero bytes, which is multiplying by a power of x modulo the polynomial.
 */
export function combineCrc32(first: number, second: number, secondBytes: number): number {
  return (multiply(powerOfX(secondBytes * 8), first) ^ second) >>> 0;
}

// The bits are reflected: the highest is that of x^0.
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0x80000000, rest = b; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= rest;
    rest = (rest & 1) === 0 ? rest >>> 1 : (rest >>> 1) ^ POLYNOMIAL;
  }
  return product >>> 0;
}

function powerOfX(exponent: number): number {
  let result = 0x80000000;
  // Halved by division: lengths have more than 32 bits.
  for (let square = 0x40000000, rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(square, result);
    square = multiply(square, square);
  }
  return result;
}
