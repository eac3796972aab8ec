import seedrandom from 'seedrandom';
import type { Digits } from './digits.ts';

/** Some images and their labels, as numbers that a network takes. */
export interface Batch {
  /** Its place in the epoch, from 0. */
  readonly index: number;
  /** 0 to 1, image after image. */
  readonly images: Float32Array;
  readonly labels: Float32Array;
}

interface EpochOptions {
  readonly seed: number;
  /** From 1. */
  readonly epoch: number;
  readonly batch_size: number;
  /** In pixels. */
  readonly max_shift: number;
}

/**
 * All digits in random order, each moved a little. The order and the moves depend on the seed and the epoch alone, so
 * that an epoch can be resumed in its middle.
 */
export function* epochBatches(digits: Digits, options: EpochOptions): Generator<Batch> {
  const random = seedrandom(`${options.seed}/${options.epoch}`);
  const randomShift = () => Math.floor(random() * (2 * options.max_shift + 1)) - options.max_shift;
  const order = shuffled(digits.labels.length, random);
  for (let start = 0, index = 0; start < order.length; start += options.batch_size, index++) {
    const chosen = order.slice(start, start + options.batch_size);
    const images = new Float32Array(chosen.length * digits.pixels);
    chosen.forEach((from, to) => {
      copyImage({ digits, from, images, to, down: randomShift(), right: randomShift() });
    });
    yield { index, images, labels: Float32Array.from(chosen, (digit) => digits.labels[digit] ?? 0) };
  }
}

/** All digits as they are. */
export function wholeSet(digits: Digits): Omit<Batch, 'index'> {
  return {
    images: Float32Array.from(digits.images, (grey) => grey / 255),
    labels: Float32Array.from(digits.labels),
  };
}

interface Copy {
  readonly digits: Digits;
  readonly from: number;
  readonly images: Float32Array;
  readonly to: number;
  readonly down: number;
  readonly right: number;
}

// What is moved over an edge is lost, what comes in is black.
function copyImage({ digits, from, images, to, down, right }: Copy): void {
  const { rows, columns, pixels } = digits;
  for (let row = Math.max(0, down); row < Math.min(rows, rows + down); row++) {
    for (let column = Math.max(0, right); column < Math.min(columns, columns + right); column++) {
      const grey = digits.images[from * pixels + (row - down) * columns + column - right] ?? 0;
      images[to * pixels + row * columns + column] = grey / 255;
    }
  }
}

function shuffled(length: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = moved;
  }
  return order;
}
