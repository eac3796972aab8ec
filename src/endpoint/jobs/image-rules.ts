import { join } from 'node:path';
import { OptmlError } from '../../errors/error.ts';
import { quoteValue } from '../../errors/quote-value.ts';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';
import { optmlHome } from '../../jobs/jobs-dir.ts';
import { JsonSyntaxError, parseJson } from '../../json/parse.ts';
import type { JsonValue } from '../../json/value.ts';
import type { ImageRule } from './image-map.ts';

/** The file with the rules of all endpoints of a user, behind those of the options. Absolute. */
export function imageRulesFile(variables: Readonly<NodeJS.ProcessEnv>): string {
  return join(optmlHome(variables), 'endpoint', 'images.json');
}

/**
 * Reads the option `--image PATTERN=NAME`. A pattern has no `=`: no name of an image has one.
 *
 * @throws OptmlError USAGE.
 */
export function readImageOption(text: string): ImageRule {
  const at = text.indexOf('=');
  const [pattern, name] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  if (isRule(pattern, name)) return { pattern, name };
  throw new OptmlError('USAGE', `expected --image PATTERN=NAME, got ${quoteValue(text)}`, {
    fix: "Give a pattern and an image, such as --image '*pytorch*=my-image:latest', or PATTERN=process.",
    exitCode: 2,
  });
}

/**
 * The rules in the file of a user, in their order: a JSON object from pattern to name. None without the file.
 *
 * @throws OptmlError SETTING_INVALID for another content.
 */
export function readImageRules(file: string): readonly ImageRule[] {
  const text = readTextIfAny(file);
  if (text === undefined) return [];
  const value = parse(text, file);
  if (!(value instanceof Map)) throw invalid(file, 'expected a JSON object from patterns to names of images');
  return [...value].map(([pattern, name]) => {
    if (typeof name === 'string' && isRule(pattern, name)) return { pattern, name };
    throw invalid(file, `expected the name of an image, or "process", for the pattern ${quoteValue(pattern)}`);
  });
}

function parse(text: string, file: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw invalid(file, (error as Error).message);
    throw invalid(`${file}, line ${error.line}, column ${error.column}`, error.message);
  }
}

function invalid(where: string, message: string): OptmlError {
  return new OptmlError('SETTING_INVALID', `the images of the endpoint cannot be read: ${message}`, {
    where,
    fix: 'Correct the file, for example: {"*pytorch-training*": "my-image:latest", "*": "process"}',
  });
}

// A name that begins with a dash would be an option of the container engine.
function isRule(pattern: string, name: string): boolean {
  return pattern !== '' && /^[a-z0-9][^\s=]*$/i.test(name);
}
