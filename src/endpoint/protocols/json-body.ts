import { JsonDepthError, JsonSyntaxError, parseJson } from '../../json/parse.ts';
import type { JsonValue } from '../../json/value.ts';
import { firstInvalidByte } from '../../text/utf8.ts';
import { ServiceError } from '../http/service-error.ts';

/** A JSON object. A name such as `__proto__` is a member like any other. */
export type JsonMembers = Readonly<Record<string, unknown>>;

/**
 * The members of a JSON body; none for an empty one.
 *
 * @throws ServiceError SerializationException for what is not UTF-8, no JSON, or no object.
 */
export function parseBody(bytes: Buffer): JsonMembers {
  if (bytes.length === 0) return {};
  const text = bytes.toString('utf8');
  if (hasTooManyValues(text)) throw serializationError(`it has more than ${MOST_VALUES} values`);
  if (firstInvalidByte(bytes, text) !== undefined) throw serializationError('the body is not UTF-8');
  const value = parse(text);
  if (!(value instanceof Map)) throw serializationError('expected the body to be a JSON object');
  return plain(value) as JsonMembers;
}

/** The error for a body that cannot be read as the input of an operation. */
export function serializationError(problem: string): ServiceError {
  return new ServiceError('SerializationException', 400, `The request cannot be read: ${problem}.`);
}

// Other requests wait while a body is read and checked, which takes some microseconds for each value. The largest request
// with a meaning has some thousand.
const MOST_VALUES = 20_000;

const [QUOTE, BACKSLASH, COMMA, BRACKET, BRACE] = [0x22, 0x5c, 0x2c, 0x5b, 0x7b];

function hasTooManyValues(text: string): boolean {
  let values = 1;
  let isInText = false;
  for (let at = 0; at < text.length && values <= MOST_VALUES; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isInText = !isInText;
    else if (isInText) at += code === BACKSLASH ? 1 : 0;
    else if (code === COMMA || code === BRACKET || code === BRACE) values += 1;
  }
  return values > MOST_VALUES;
}

function parse(text: string): JsonValue {
  try {
    return parseJson(text, { number: toNumber });
  } catch (error) {
    if (error instanceof JsonDepthError) throw serializationError(error.message);
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw serializationError(`${error.message} (line ${error.line}, column ${error.column})`);
  }
}

// Python's words for numbers that JSON does not have.
function toNumber(digits: string): number {
  if (!/\d/.test(digits)) throw serializationError(`${digits} is no number of JSON`);
  return Number(digits);
}

function plain(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  // Not by assignment, which would set the prototype for one name.
  return Object.fromEntries([...value].map(([name, content]) => [name, plain(content)]));
}
