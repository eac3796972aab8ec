/** Round numbers between `from` and `to`, about `count` of them, and at least one where the two differ. */
export function ticks(from: number, to: number, count: number): readonly number[] {
  if (!(to > from)) return [from];
  return multiples(from, to, niceStep((to - from) / count));
}

// Seconds by which people count time.
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** Round moments from 0 to `to` seconds, about `count` of them. */
export function timeTicks(to: number, count: number): readonly number[] {
  if (!(to > 0)) return [0];
  const least = to / count;
  const step = least < 1 ? niceStep(least) : (TIME_STEPS.find((candidate) => candidate >= least) ?? niceStep(least));
  return multiples(0, to, step);
}

/** A step of 1, 2 or 5 times a power of ten that is not smaller than `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least * 0.999) ?? 10;
  return factor * power;
}

function multiples(from: number, to: number, step: number): readonly number[] {
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  // Multiplied, not added up: 0.3, not 0.30000000000000004.
  return Array.from({ length: Math.max(0, Math.min(last - first, 50)) + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}
