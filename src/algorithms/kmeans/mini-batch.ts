import type { Rows } from '../numeric/kernels.ts';
import { type Centers, nearestCenters } from './nearest.ts';

/** Centers that move with each batch, and how many rows have moved each of them. */
export interface MovingCenters extends Centers {
  /** Decays if there is a half-life. */
  readonly weights: Float64Array;
}

/** Centers that no row has moved yet. */
export function movingCenters(centers: Centers): MovingCenters {
  return { ...centers, weights: new Float64Array(centers.count) };
}

/**
 * Moves each center towards the mean of the batch's rows that are nearest to it, in proportion to their number among all
 * rows so far (Sculley, Web-Scale K-Means Clustering, 2010, by batches as SageMaker's "How K-Means Clustering Works"
 * describes it).
 *
 * @param halfLife rows after which a row counts half; 0: all rows count the same
 * @returns the sum of the squared distances before the move
 */
export function moveCenters(centers: MovingCenters, rows: Rows, count: number, halfLife: number): number {
  const { dim, values, weights } = centers;
  const { center, squared } = nearestCenters(rows, count, centers);
  const sums = new Float64Array(values.length);
  const counts = new Float64Array(centers.count);
  let ssd = 0;
  for (let row = 0; row < count; row++) {
    const index = center[row] as number;
    ssd += squared[row] as number;
    (counts[index] as number)++;
    let target = index * dim;
    for (let at = row * dim; at < (row + 1) * dim; at++) (sums[target++] as number) += rows[at] as number;
  }
  const decay = halfLife > 0 ? 2 ** (-count / halfLife) : 1;
  for (let index = 0; index < centers.count; index++) {
    const before = (weights[index] as number) * decay;
    const added = counts[index] as number;
    weights[index] = before + added;
    if (added === 0) continue;
    const share = 1 / (before + added);
    for (let at = index * dim; at < (index + 1) * dim; at++) {
      (values[at] as number) += ((sums[at] as number) - added * (values[at] as number)) * share;
    }
  }
  return ssd;
}
