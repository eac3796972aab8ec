import { quoteValue } from '../../errors/quote-value.ts';
import { plainObject } from '../../training/values.ts';
import type { ChannelDeclaration, ContentType, ContentTypeDeclaration } from '../channel.ts';
import type { Hyperparameter, Hyperparameters } from '../hyperparameter.ts';
import { readValue, unknownName } from './read-value.ts';

/** The content type of a channel with its parameters, or all that is wrong. */
export interface CheckedContentType {
  readonly contentType: ContentType | undefined;
  readonly messages: readonly string[];
}

/** Checks `text/csv; label_size=1` by the declaration of a channel. Types and names of parameters ignore case. */
export function checkContentType(channel: ChannelDeclaration, given: string | undefined): CheckedContentType {
  const declared = channel.contentTypes.map(typeOf);
  const text = given === undefined || given.trim() === '' ? defaultOf(channel, declared) : given;
  const names = declared.map(({ type }) => type).join(', ');
  if (text === undefined) return wrong([`has no content type: expected one of ${names}`]);
  const [first = '', ...rest] = text.split(';');
  const name = first.trim().toLowerCase();
  const found = declared.find(({ type, aliases = [] }) => type === name || aliases.includes(name));
  if (found === undefined) return wrong([`expected the content type to be one of ${names}, got ${quoteValue(text)}`]);
  const { parameters, messages } = readParameters(found, rest);
  if (messages.length > 0) return wrong(messages.map((message) => `content type ${found.type}, ${message}`));
  return { contentType: { type: found.type, parameters }, messages: [] };
}

function typeOf(declared: string | ContentTypeDeclaration): ContentTypeDeclaration {
  return typeof declared === 'string' ? { type: declared } : declared;
}

function defaultOf({ defaultContentType }: ChannelDeclaration, declared: readonly ContentTypeDeclaration[]) {
  return defaultContentType ?? (declared.length === 1 ? declared[0]?.type : undefined);
}

function readParameters(
  { parameters: declared = {}, otherParameters }: ContentTypeDeclaration,
  parts: readonly string[],
) {
  const values = new Map<string, unknown>();
  const messages: string[] = [];
  for (const part of parts.map((text) => text.trim()).filter((text) => text !== '')) {
    const at = part.indexOf('=');
    const name = (at < 0 ? part : part.slice(0, at)).trim().toLowerCase();
    const parameter = Object.hasOwn(declared, name) ? declared[name] : otherParameters ? ANY_TEXT : undefined;
    if (parameter === undefined) messages.push(`parameter ${quoteValue(name)} ${unknownParameter(name, declared)}`);
    else if (at < 0) messages.push(`parameter ${name} has no value`);
    else if (values.has(name)) messages.push(`parameter ${name} is there twice`);
    else {
      const reading = readValue(parameter, part.slice(at + 1));
      if (reading.problems === undefined) values.set(name, reading.value);
      else messages.push(...reading.problems.map(({ path, message }) => `parameter ${name}${path}: ${message}`));
    }
  }
  for (const [name, parameter] of Object.entries(declared)) {
    if (values.has(name)) continue;
    if (parameter.default !== undefined) values.set(name, parameter.default);
    else if (parameter.required) messages.push(`parameter ${name} is required`);
  }
  return { parameters: Object.freeze(plainObject([...values])), messages };
}

const ANY_TEXT: Hyperparameter = { type: 'text' };

function unknownParameter(name: string, declared: Hyperparameters): string {
  const known = Object.keys(declared);
  return known.length === 0 ? 'is unknown: the type has no parameters' : unknownName(name, known);
}

function wrong(messages: readonly string[]): CheckedContentType {
  return { contentType: undefined, messages };
}
