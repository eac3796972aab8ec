import type { Random } from '../numeric/random.ts';
import { type InitMethod, initialCenters, type WeightedPoints } from './initial-centers.ts';
import { type Centers, nearestCenters } from './nearest.ts';

/** How Lloyd's procedure runs. */
export interface LloydSettings {
  readonly initMethod: InitMethod;
  readonly maxIterations: number;
  /** The procedure ends when the sum of squared distances falls by less than this part of it. */
  readonly tolerance: number;
}

/** What one run found. */
export interface LloydResult {
  readonly centers: Centers;
  /** The mean of the squared distances, by weight. */
  readonly msd: number;
}

/** One run of Lloyd's procedure from new centers. */
export function lloyd(points: WeightedPoints, count: number, settings: LloydSettings, random: Random): LloydResult {
  return lloydFrom(points, initialCenters(points, count, settings.initMethod, random), settings);
}

/** One run of Lloyd's procedure from these centers. A cluster without points gets the point that is farthest away. */
export function lloydFrom(
  points: WeightedPoints,
  first: Centers,
  { maxIterations, tolerance }: Pick<LloydSettings, 'maxIterations' | 'tolerance'>,
): LloydResult {
  let centers = first;
  let { center, squared } = nearestCenters(points.values, points.count, centers);
  let ssd = weightedSum(points, squared);
  for (let iteration = 0; iteration < maxIterations && ssd > 0; iteration++) {
    centers = means(points, center, squared, centers);
    ({ center, squared } = nearestCenters(points.values, points.count, centers));
    const next = weightedSum(points, squared);
    const improved = ssd - next;
    ssd = next;
    if (improved <= tolerance * ssd) break;
  }
  let weight = 0;
  for (let point = 0; point < points.count; point++) weight += weightOf(points, point);
  return { centers, msd: ssd / weight };
}

const weightOf = ({ weights }: WeightedPoints, point: number) =>
  weights === undefined ? 1 : (weights[point] as number);

function weightedSum(points: WeightedPoints, squared: Float64Array): number {
  let sum = 0;
  for (let point = 0; point < points.count; point++) sum += weightOf(points, point) * (squared[point] as number);
  return sum;
}

function means(points: WeightedPoints, center: Uint32Array, squared: Float64Array, { count, dim }: Centers): Centers {
  const values = new Float64Array(count * dim);
  const totals = new Float64Array(count);
  for (let point = 0; point < points.count; point++) {
    const weight = weightOf(points, point);
    let target = (center[point] as number) * dim;
    (totals[center[point] as number] as number) += weight;
    for (let at = point * dim; at < (point + 1) * dim; at++) {
      (values[target++] as number) += weight * (points.values[at] as number);
    }
  }
  const taken = new Set<number>();
  for (let index = 0; index < count; index++) {
    const total = totals[index] as number;
    if (total > 0) {
      for (let at = index * dim; at < (index + 1) * dim; at++) (values[at] as number) /= total;
      continue;
    }
    const far = farthest(squared, taken);
    taken.add(far);
    values.set(points.values.subarray(far * dim, (far + 1) * dim), index * dim);
  }
  return { count, dim, values };
}

function farthest(squared: Float64Array, taken: ReadonlySet<number>): number {
  let best = 0;
  let most = -1;
  squared.forEach((distance, point) => {
    if (distance <= most || taken.has(point)) return;
    most = distance;
    best = point;
  });
  return best;
}
