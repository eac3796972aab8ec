import { dotProducts, type Rows, squaredNorms } from '../numeric/kernels.ts';

/** Centers of clusters. */
export interface Centers {
  readonly count: number;
  readonly dim: number;
  /** One center after the other. */
  readonly values: Float64Array;
}

/** The nearest center of each row, and the squared distance to it. */
export interface Nearest {
  readonly center: Uint32Array;
  readonly squared: Float64Array;
}

// Distances to all centers of so many rows stay in the processor's cache.
const DISTANCES_AT_ONCE = 16_384;

/** Finds the nearest center of each of the first `count` rows. */
export function nearestCenters(rows: Rows, count: number, centers: Centers): Nearest {
  const { dim, count: centerCount, values } = centers;
  const center = new Uint32Array(count);
  const squared = new Float64Array(count);
  const centerNorms = new Float64Array(centerCount);
  squaredNorms(values, centerCount, dim, centerNorms);
  const atOnce = Math.max(1, Math.floor(DISTANCES_AT_ONCE / centerCount));
  const products = new Float64Array(Math.min(atOnce, count) * centerCount);
  const norms = new Float64Array(Math.min(atOnce, count));
  for (let from = 0; from < count; from += atOnce) {
    const part = Math.min(atOnce, count - from);
    const partRows = rows.subarray(from * dim, (from + part) * dim);
    dotProducts(partRows, part, dim, values, centerCount, products);
    squaredNorms(partRows, part, dim, norms);
    for (let row = 0; row < part; row++) {
      let best = 0;
      let least = Number.POSITIVE_INFINITY;
      for (let index = 0; index < centerCount; index++) {
        const distance = (centerNorms[index] as number) - 2 * (products[row * centerCount + index] as number);
        if (distance < least) {
          least = distance;
          best = index;
        }
      }
      center[from + row] = best;
      // Rounding can make the distance of a row at its center negative.
      squared[from + row] = Math.max(0, least + (norms[row] as number));
    }
  }
  return { center, squared };
}
