import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Grey images of digits with their labels. */
export interface Digits {
  /** One byte a pixel, row by row, image after image. */
  readonly images: Uint8Array;
  /** 0 to 9, one byte an image. */
  readonly labels: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  /** Of one image. */
  readonly pixels: number;
}

/**
 * Reads a channel in the IDX format of the original MNIST files: `images.idx3-ubyte` and `labels.idx1-ubyte`. Each
 * starts with a magic number and one size for every dimension, as big-endian 32-bit integers; the bytes follow.
 */
export function readDigits(dir: string): Digits {
  const images = readIdx(join(dir, 'images.idx3-ubyte'), 3);
  const labels = readIdx(join(dir, 'labels.idx1-ubyte'), 1);
  const [count = 0, rows = 0, columns = 0] = images.sizes;
  if (count !== labels.bytes.length) throw new Error(`${dir}: ${count} images, but ${labels.bytes.length} labels`);
  if (count === 0) throw new Error(`${dir}: no images`);
  return { images: images.bytes, labels: labels.bytes, rows, columns, pixels: rows * columns };
}

// The magic number: 8 stands for unsigned bytes, the last byte counts the dimensions.
function readIdx(file: string, dimensions: number): { sizes: readonly number[]; bytes: Uint8Array } {
  const content = readFileSync(file);
  const headerLength = 4 + 4 * dimensions;
  if (content.length < headerLength || content.readUInt32BE(0) !== 0x0800 + dimensions) {
    throw new Error(`${file} is no IDX file of bytes with ${dimensions} dimension(s)`);
  }
  const sizes = Array.from({ length: dimensions }, (_, index) => content.readUInt32BE(4 + 4 * index));
  const bytes = content.subarray(headerLength);
  const expected = sizes.reduce((product, size) => product * size, 1);
  if (bytes.length !== expected) throw new Error(`${file}: expected ${expected} bytes of data, got ${bytes.length}`);
  return { sizes, bytes };
}
