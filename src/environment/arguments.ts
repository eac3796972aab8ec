import type { Settings } from '../contract/settings.ts';
import { isSingleCharacter } from '../json/code-points.ts';
import { pythonStr, sortedEntries } from '../json/python-json.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';

/**
 * The script's arguments (contract C23): for each hyperparameter, sorted by name, `--name value` (`-n value` for one
 * character), values as Python's `str` writes them. The settings can keep the file's order and turn booleans into flags.
 */
export function userArguments(
  hyperparameters: JsonObject,
  settings: Pick<Settings, 'argumentOrder' | 'booleanArguments'>,
): readonly string[] {
  const entries = settings.argumentOrder === 'sorted' ? sortedEntries(hyperparameters) : [...hyperparameters];
  return entries.flatMap(([name, value]) => {
    if (settings.booleanArguments === 'flag' && typeof value === 'boolean') return value ? [argumentName(name)] : [];
    return [argumentName(name), argumentValue(value)];
  });
}

/** `--name`, `-n` for a single character, and an empty text for an empty name. */
export function argumentName(name: string): string {
  if (name === '') return '';
  return isSingleCharacter(name) ? `-${name}` : `--${name}`;
}

function argumentValue(value: JsonValue): string {
  if (value === null) return '';
  if (value instanceof Map)
    return sortedEntries(value)
      .map(([name, item]) => `${name}=${pythonStr(item)}`)
      .join(',');
  return pythonStr(value);
}
