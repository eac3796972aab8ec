import type { JsonValue } from '../json/value.ts';

/** A decoded hyperparameter: integers beyond 2^53 are `bigint`, so none is ever rounded. */
export type HyperparameterValue =
  | null
  | boolean
  | string
  | number
  | bigint
  | readonly HyperparameterValue[]
  | { readonly [name: string]: HyperparameterValue };

/** A JSON value as plain, frozen JavaScript data. */
export function toPlain(value: JsonValue): HyperparameterValue {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return Object.freeze(value.map(toPlain));
  if (value instanceof Map) return Object.freeze(plainObject([...value].map(([name, item]) => [name, toPlain(item)])));
  return value;
}

/** An object with exactly these members: `__proto__` is a name like any other. */
export function plainObject<T>(entries: ReadonlyArray<readonly [string, T]>): Record<string, T> {
  const object: Record<string, T> = {};
  for (const [name, value] of entries) {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
}
