import { OptmlError } from '../errors/error.ts';
import { cutText } from '../errors/quote-value.ts';
import { dumpJson } from '../json/python-json.ts';
import { type JsonObject, type JsonValue, jsonTypeName } from '../json/value.ts';

/** An error for a field of a configuration file that is missing or of the wrong type. `path` as in `instance_groups[0].hosts`. */
export function shapeError(file: string, path: string, expected: string, got: JsonValue | undefined): OptmlError {
  const subject = path === '' ? 'the file' : `"${path}"`;
  return new OptmlError('CONFIG_SHAPE', `${file}: expected ${subject} to be ${expected}, got ${describeValue(got)}`, {
    where: path === '' ? file : `${file}, field ${path}`,
    fix: got === undefined ? `Add "${path}".` : `Make ${subject} ${expected}.`,
  });
}

/** The value as an object, or {@link shapeError}. */
export function expectObject(value: JsonValue | undefined, file: string, path: string): JsonObject {
  if (value instanceof Map) return value;
  throw shapeError(file, path, 'an object', value);
}

/** The value as a string, or {@link shapeError}. */
export function expectString(value: JsonValue | undefined, file: string, path: string): string {
  if (typeof value === 'string') return value;
  throw shapeError(file, path, 'a string', value);
}

/** The value as a list of strings, or {@link shapeError}. */
export function expectStrings(value: JsonValue | undefined, file: string, path: string): readonly string[] {
  if (!Array.isArray(value)) throw shapeError(file, path, 'a list of strings', value);
  return value.map((item, index) => expectString(item, file, `${path}[${index}]`));
}

// Lists and objects are named by type only: they may be long, or hold secrets.
function describeValue(value: JsonValue | undefined): string {
  if (value === undefined || value === null || typeof value === 'object') return jsonTypeName(value);
  const text = dumpJson(value);
  return `${jsonTypeName(value)} (${cutText(text)})`;
}
