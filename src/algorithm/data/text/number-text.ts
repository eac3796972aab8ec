import { quoteValue } from '../../../errors/quote-value.ts';
import { DataError, type DataPosition } from '../data-error.ts';

/** Without two ways to match the same digits: a text may have millions of them. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const NAN = /^[+-]?nan$/i;
const NOT_FINITE = /^[+-]?(?:nan|inf|infinity)$/i;

/** Whether a text is a decimal number. */
export function isNumberText(text: string): boolean {
  return NUMBER.test(text);
}

/** Whether a text is NaN, as programs print it. */
export function isNanText(text: string): boolean {
  return NAN.test(text);
}

/** Whether a text is NaN or infinity, as programs print them. */
export function isNotFiniteText(text: string): boolean {
  return NOT_FINITE.test(text);
}

/** Whether a number can be held: in 32 bits, or in 64. */
export function fits(value: number, isSingle: boolean): boolean {
  return Number.isFinite(isSingle ? Math.fround(value) : value);
}

/** The error for text whose lines end with a carriage return alone, as those of old Macs. */
export function carriageReturn(text: string, position: DataPosition): DataError {
  return new DataError('not-a-number', `${quoteValue(text)} contains a carriage return without a line feed`, {
    ...position,
    fix: 'End each line with a line feed, or with a carriage return and a line feed.',
  });
}
