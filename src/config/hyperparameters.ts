import { OptmlError } from '../errors/error.ts';
import { JsonDepthError, JsonSyntaxError, parseJson } from '../json/parse.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { readConfigFile } from './read-file.ts';
import { expectObject } from './shape.ts';

/**
 * Reads `hyperparameters.json` (contract C10): name → decoded value, in the order of the file.
 *
 * @throws OptmlError CONFIG_* naming the file and the place; HYPERPARAMETER_INVALID for one that is nested too deep.
 */
export function readHyperparameters(file: string): JsonObject {
  const raw = expectObject(readConfigFile(file), file, '');
  return new Map([...raw].map(([name, value]) => [name, decode(name, value, file)]));
}

/** Decodes one value: JSON in Python's dialect; what is not JSON stays the text it is (C10). */
export function decodeHyperparameter(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return text;
    throw error;
  }
}

function decode(name: string, value: JsonValue, file: string): JsonValue {
  if (typeof value !== 'string') return value;
  try {
    return decodeHyperparameter(value);
  } catch (error) {
    if (!(error instanceof JsonDepthError)) throw error;
    throw new OptmlError('HYPERPARAMETER_INVALID', `hyperparameter "${name}" is ${error.message}`, {
      where: `${file}, field ${name}`,
      fix: 'Pass such a value as a file in a channel.',
      cause: error,
    });
  }
}
