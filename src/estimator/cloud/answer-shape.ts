/** What is wrong with a value, with its place in the answer; undefined if it has the right form. */
export type Shape = (value: unknown, path: string) => string | undefined;

/** Seconds since 1970 that a date can have, from then on. */
export const TIME: Shape = numberShape('a time', (value) => value >= 0 && value <= 8.64e12);
export const AMOUNT: Shape = numberShape('a number that is not negative', (value) => value >= 0 && value < Infinity);
export const NUMBER: Shape = numberShape('a number', () => true);

/** A time in milliseconds since 1970. */
export const TIME_MS: Shape = numberShape('a time', (value) => value >= 0 && value <= 8.64e15);

/** Of hosts: SageMaker starts some hundreds at most. */
export const COUNT: Shape = numberShape('a number of hosts', (value) => Number.isInteger(value) && value <= 10_000);

export const TEXT: Shape = (value, path) => (typeof value === 'string' ? undefined : `${path}: expected text`);
export const FLAG: Shape = (value, path) =>
  typeof value === 'boolean' ? undefined : `${path}: expected true or false`;

/** A value that may be absent. */
export function optional(shape: Shape): Shape {
  return (value, path) => (value === undefined || value === null ? undefined : shape(value, path));
}

export function list(shape: Shape): Shape {
  return (value, path) =>
    Array.isArray(value)
      ? firstOf(value.map((item: unknown, index) => [shape, item, `${path}[${index}]`] as const))
      : `${path}: expected a list`;
}

/** An object with texts of any names. */
export const TEXTS: Shape = (value, path) =>
  isRecord(value)
    ? firstOf(Object.entries(value).map(([name, text]) => [TEXT, text, `${path}.${name}`] as const))
    : `${path}: expected an object`;

/** An object with these members, and any others. */
export function object(members: Readonly<Record<string, Shape>>): Shape {
  return (value, path) =>
    isRecord(value)
      ? firstOf(
          Object.entries(members).map(([name, shape]) => {
            const own = Object.hasOwn(value, name) ? value[name] : undefined;
            return [shape, own, path === '' ? name : `${path}.${name}`] as const;
          }),
        )
      : `${path || 'the answer'}: expected an object`;
}

function firstOf(checks: readonly (readonly [Shape, unknown, string])[]): string | undefined {
  for (const [shape, value, path] of checks) {
    const problem = shape(value, path);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function numberShape(expected: string, accepts: (value: number) => boolean): Shape {
  return (value, path) => (typeof value === 'number' && accepts(value) ? undefined : `${path}: expected ${expected}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
