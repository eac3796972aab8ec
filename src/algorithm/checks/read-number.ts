import type { NumberRange } from '../hyperparameter.ts';

// ASCII digits only. Neither expression can go back over a long text more than once.
const INTEGER = /^[+-]?[0-9]+$/;
const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/** The whole number that a text is in decimal digits; undefined for other texts and beyond 2^53. */
export function readInteger(text: string): number | undefined {
  if (!INTEGER.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value + 0 : undefined;
}

/** The finite number that a text is in decimal digits; undefined for other texts, `NaN`, infinities and `1e400`. */
export function readContinuous(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value + 0 : undefined;
}

/** Whether a number is in a range. */
export function isInRange(value: number, { min, max, greaterThan, lessThan }: NumberRange): boolean {
  return (
    (min === undefined || value >= min) &&
    (max === undefined || value <= max) &&
    (greaterThan === undefined || value > greaterThan) &&
    (lessThan === undefined || value < lessThan)
  );
}
