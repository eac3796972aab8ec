import { JsonDepthError, JsonSyntaxError, parseJson } from '../../json/parse.ts';
import { dumpJson } from '../../json/python-json.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import { isSecretName, isSecretPair } from './names.ts';
import { pairSpans, type TextKind } from './pairs.ts';
import { MASK, maskSpans, type Span, shapeSpans } from './shapes.ts';
import { urlSpans } from './urls.ts';

/** Where a text shows secrets by itself: by names beside them, in URLs, or by their own shape. In no order. */
export function secretSpans(text: string, kind: TextKind): readonly Span[] {
  return [...shapeSpans(text), ...urlSpans(text), ...pairSpans(text, kind)];
}

/** Whether a text has a credential, whatever names are beside it. */
export function hasCredential(text: string): boolean {
  return shapeSpans(text).length + urlSpans(text).length > 0;
}

/** The text of a program with everything masked that the text itself shows to be a secret. */
export function maskShapes(text: string): string {
  return maskSpans(text, secretSpans(text, 'output'));
}

/** A copy of `value` in which the values of secret names, at any depth, and credentials by shape are masked. */
export function maskValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return maskConfiguration(value);
  if (Array.isArray(value)) return maskList(value);
  if (value instanceof Map) return maskObject(value);
  return value;
}

// A list of texts may be a command line, as SM_USER_ARGS is.
function maskList(list: readonly JsonValue[]): JsonValue[] {
  return list.every((item) => typeof item === 'string') ? [...maskArguments(list)] : list.map(maskValue);
}

function maskObject(object: JsonObject): JsonObject {
  return new Map([...object].map(([name, item]) => [name, isSecretItem(name, item) ? MASK : maskValue(item)]));
}

/** Whether a member of an object is a secret. */
export function isSecretItem(name: string, item: JsonValue): boolean {
  return item !== null && isSecretPair(name, typeof item === 'string' ? item : '');
}

/** The value of a variable or hyperparameter for people: masked as a whole by name, or inside. */
export function maskNamed(name: string, value: string): string {
  return value !== '' && isSecretPair(name, value) ? MASK : maskConfiguration(value);
}

function maskConfiguration(text: string): string {
  const value = jsonOf(text);
  if (value === undefined) return maskSpans(text, secretSpans(text, 'configuration'));
  const masked = dumpJson(maskValue(value));
  return masked === dumpJson(value) ? text : masked;
}

/** The list or object that a text is, or undefined. */
export function jsonOf(text: string): JsonValue | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError || error instanceof JsonDepthError) return undefined;
    throw error;
  }
}

/** Arguments for people: the value after a secret name is masked, as is that of `--name=value` and `NAME=value`, and credentials by shape. */
export function maskArguments(args: readonly string[]): readonly string[] {
  return args.map((argument, index) => {
    const value = secretOfArgument(argument, args[index - 1]);
    return value === undefined ? maskConfiguration(argument) : argument.slice(0, argument.length - value.length) + MASK;
  });
}

/** The secret at the end of an argument of a command line, behind `previous`. */
export function secretOfArgument(argument: string, previous: string | undefined): string | undefined {
  const isValue = previous !== undefined && /^-[^=]*$/.test(previous) && isSecretName(previous);
  if (isValue && argument !== '') return argument;
  const [, name = '', value] = /^-{0,2}([^=\s]+)=(.+)$/s.exec(argument) ?? [];
  return value !== undefined && isSecretPair(name, value) ? value : undefined;
}
