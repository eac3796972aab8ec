/** Whether a parsed JSON value has a certain shape. */
export type Shape = (value: unknown) => boolean;

export const isText: Shape = (value) => typeof value === 'string';

export const isBoolean: Shape = (value) => typeof value === 'boolean';

/** A finite number: JSON readers make `Infinity` of `1e999`. */
export const isNumber: Shape = Number.isFinite;

/** A whole number from `least` to `greatest`. */
export function wholeNumber(least: number, greatest: number = Number.MAX_SAFE_INTEGER): Shape {
  return (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= greatest;
}

export function oneOf(...shapes: readonly Shape[]): Shape {
  return (value) => shapes.some((shape) => shape(value));
}

/** A member that may be absent. It must not be null. */
export function optional(shape: Shape): Shape {
  return (value) => value === undefined || shape(value);
}

/** A list of at most `most` items. */
export function listOf(item: Shape, most: number = Number.POSITIVE_INFINITY): Shape {
  return (value) => Array.isArray(value) && value.length <= most && value.every(item);
}

/** An object that has any names. */
export function mapOf(content: Shape): Shape {
  return (value) => isPlainObject(value) && Object.values(value).every(content);
}

/** An object with these members. It may have others, of any shape. */
export function objectOf(members: Readonly<Record<string, Shape>>): Shape {
  const shapes = Object.entries(members);
  return (value) => isPlainObject(value) && shapes.every(([name, shape]) => shape(value[name]));
}

/** Whether lists and objects are nested deeper than `levels`. `JSON.stringify` fails on values that are nested very deep. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((content) => isDeeperThan(content, levels - 1));
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
