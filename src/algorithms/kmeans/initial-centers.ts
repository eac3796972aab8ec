import type { Rows } from '../numeric/kernels.ts';
import { type Random, shuffled } from '../numeric/random.ts';
import type { Centers } from './nearest.ts';

/** How the first centers are chosen: rows at random, or rows that are far from the centers before them. */
export type InitMethod = 'random' | 'kmeans++';

/** Points, each with a weight: 1 for rows of data, the number of rows for centers. */
export interface WeightedPoints {
  readonly count: number;
  readonly dim: number;
  readonly values: Rows;
  readonly weights?: Float64Array;
}

/** `count` of the points, which must be at least so many. */
export function initialCenters(points: WeightedPoints, count: number, method: InitMethod, random: Random): Centers {
  const chosen =
    method === 'random' ? shuffled(points.count, random).subarray(0, count) : spread(points, count, random);
  const { dim } = points;
  const values = new Float64Array(count * dim);
  chosen.forEach((point, index) => {
    values.set(points.values.subarray(point * dim, (point + 1) * dim), index * dim);
  });
  return { count, dim, values };
}

/**
 * k-means++ (Arthur and Vassilvitskii, 2007): each next center is a point chosen with a probability proportional to its
 * squared distance to the nearest center so far. Of 2 + ln(count) candidates the one that lowers the sum most is taken,
 * as the authors' own program and scikit-learn do.
 */
function spread(points: WeightedPoints, count: number, random: Random): Uint32Array {
  const { count: pointCount, weights } = points;
  const chosen = new Uint32Array(count);
  const weightOf = (point: number) => (weights === undefined ? 1 : (weights[point] as number));
  const masses = new Float64Array(pointCount);
  for (let point = 0; point < pointCount; point++) masses[point] = weightOf(point);
  chosen[0] = pick(masses, random);
  let least = new Float64Array(pointCount).fill(Number.POSITIVE_INFINITY);
  least = lowered(points, least, chosen[0]);
  const candidates = 2 + Math.floor(Math.log(count));
  for (let index = 1; index < count; index++) {
    for (let point = 0; point < pointCount; point++) masses[point] = weightOf(point) * (least[point] as number);
    let bestSum = Number.POSITIVE_INFINITY;
    let best = least;
    for (let candidate = 0; candidate < candidates; candidate++) {
      const point = pick(masses, random);
      const distances = lowered(points, least, point);
      let sum = 0;
      for (let other = 0; other < pointCount; other++) sum += weightOf(other) * (distances[other] as number);
      if (sum < bestSum) {
        bestSum = sum;
        best = distances;
        chosen[index] = point;
      }
    }
    least = best;
  }
  return chosen;
}

/** A point, chosen with a probability proportional to its mass; any point if there is no mass. */
function pick(masses: Float64Array, random: Random): number {
  let total = 0;
  for (const mass of masses) total += mass;
  if (!(total > 0)) return random.below(masses.length);
  let rest = random.next() * total;
  for (let point = 0; point < masses.length; point++) {
    rest -= masses[point] as number;
    if (rest < 0) return point;
  }
  return masses.findLastIndex((mass) => mass > 0);
}

/** The squared distances to the nearest center, with one center more. */
function lowered(points: WeightedPoints, least: Float64Array, center: number): Float64Array<ArrayBuffer> {
  const { count, dim, values } = points;
  const result = new Float64Array(count);
  const start = center * dim;
  for (let point = 0; point < count; point++) {
    let sum = 0;
    const limit = least[point] as number;
    for (let feature = 0, at = point * dim; feature < dim && sum < limit; feature++, at++) {
      sum += ((values[at] as number) - (values[start + feature] as number)) ** 2;
    }
    result[point] = Math.min(sum, limit);
  }
  return result;
}
