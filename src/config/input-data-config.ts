import type { JsonValue } from '../json/value.ts';
import { readConfigFile } from './read-file.ts';
import { expectStrings, shapeError } from './shape.ts';

/** `inputdataconfig.json` (contract C11): the channels' names in the order of the file, and the whole file. */
export interface InputDataConfig {
  readonly channels: readonly string[];
  readonly raw: JsonValue;
}

/**
 * Reads `inputdataconfig.json`: an object with a member for each channel; a list of names is accepted, as by the
 * reference.
 *
 * @throws OptmlError CONFIG_* naming the file and the field.
 */
export function readInputDataConfig(file: string): InputDataConfig {
  const raw = readConfigFile(file);
  if (raw instanceof Map) return { channels: [...raw.keys()], raw };
  if (Array.isArray(raw)) return { channels: expectStrings(raw, file, ''), raw };
  throw shapeError(file, '', 'an object with a member for each channel', raw);
}
