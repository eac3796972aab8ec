/** A value and when it came, in milliseconds since 1970. */
export interface Point {
  readonly time: number;
  readonly value: number;
}

// More than a chart has pixels for.
const MOST_POINTS = 2000;
// Of so many neighbours the least and the greatest stay.
const NEIGHBOURS = 4;

/** Keeps a series in the memory of some thousand points: its extremes stay, as do its first and last point. */
export class ThinnedPoints {
  #thinned: Point[] = [];
  #group: Point[] = [];
  /** Points that make one group: grows as the series does. */
  #groupSize = 1;
  #last: Point | undefined;

  push(point: Point): void {
    this.#last = point;
    this.#group.push(point);
    if (this.#group.length < this.#groupSize) return;
    this.#thinned.push(...extremes(this.#group));
    this.#group = [];
    if (this.#thinned.length < MOST_POINTS) return;
    this.#thinned = thin(this.#thinned);
    this.#groupSize *= this.#groupSize === 1 ? NEIGHBOURS : 2;
  }

  all(): readonly Point[] {
    const points = [...this.#thinned, ...extremes(this.#group)];
    if (this.#last !== undefined && points.at(-1) !== this.#last) points.push(this.#last);
    return points;
  }
}

function thin(points: readonly Point[]): Point[] {
  const result: Point[] = points.slice(0, 1);
  for (let start = 1; start < points.length; start += NEIGHBOURS) {
    result.push(...extremes(points.slice(start, start + NEIGHBOURS)));
  }
  return result;
}

/** The least and the greatest of neighbours in their order, and one that is no number, where there is one: a gap. */
function extremes(points: readonly Point[]): readonly Point[] {
  const finite = points.filter(({ value }) => Number.isFinite(value));
  const gap = points.find(({ value }) => !Number.isFinite(value));
  const least = finite.reduce<Point | undefined>(
    (best, point) => (best && best.value <= point.value ? best : point),
    undefined,
  );
  const greatest = finite.reduce<Point | undefined>(
    (best, point) => (best && best.value > point.value ? best : point),
    undefined,
  );
  const kept = new Set([least, greatest, gap]);
  return points.filter((point) => kept.has(point));
}
