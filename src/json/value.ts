/**
 * A JSON value that has lost nothing: integers are `bigint`, numbers with a fraction or exponent are `number` (so `1`
 * and `1.0` stay apart, as in Python), objects are maps in the order of the file.
 */
export type JsonValue = null | boolean | string | bigint | number | JsonValue[] | JsonObject;

/** A JSON object: order of first appearance, last value of a repeated key, as Python's `dict` keeps it. */
export type JsonObject = Map<string, JsonValue>;

/** The name of a value's type in the words of JSON, for messages. */
export function jsonTypeName(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'an object';
  if (typeof value === 'string') return 'a string';
  if (typeof value === 'boolean') return 'a boolean';
  return 'a number';
}
