import { nearest } from '../../errors/nearest.ts';
import { cutText, quoteValue } from '../../errors/quote-value.ts';
import { JsonDepthError, JsonSyntaxError, parseJson } from '../../json/parse.ts';
import { dumpJson } from '../../json/python-json.ts';
import type { JsonObject, JsonValue } from '../../json/value.ts';
import { visibleLine } from '../../text/visible.ts';
import { plainObject, toPlain } from '../../training/values.ts';
import type { Hyperparameter, ListHyperparameter, ObjectHyperparameter } from '../hyperparameter.ts';
import { describeAllowed } from './describe-allowed.ts';
import { isInRange, readContinuous, readInteger } from './read-number.ts';
import { splitList } from './split-list.ts';

/** One mistake in a value. */
export interface ValueProblem {
  /** The way to the mistake inside of the value, such as `.units` or `[2]`; empty for the whole value. */
  readonly path: string;
  readonly message: string;
}

/** A value of the declared type, or all that is wrong with the text. */
export type Reading =
  | { readonly value: unknown; readonly problems?: undefined }
  | { readonly problems: readonly ValueProblem[] };

/** Reads a hyperparameter from its text. Never throws, except for a `check` of the declaration that does. */
export function readValue(declaration: Hyperparameter, text: string): Reading {
  const plain = unquote(text.trim());
  if (declaration.words?.includes(plain)) return { value: plain };
  switch (declaration.type) {
    case 'integer':
      return checked(declaration, readInteger(plain), text);
    case 'continuous':
      return checked(declaration, readContinuous(plain), text);
    case 'categorical':
      return declaration.values.includes(plain) ? { value: plain } : notOneOf(declaration.values, declaration, plain);
    case 'text':
      return readText(declaration, unquote(text));
    case 'boolean':
      return readBoolean(declaration, plain);
    default:
      // A JSON value may be a text between quotes.
      return readStructure(declaration, declaration.type === 'json' ? text : plain);
  }
}

function checked(
  declaration: Extract<Hyperparameter, { readonly type: 'integer' | 'continuous' }>,
  value: number | undefined,
  text: string,
): Reading {
  if (value === undefined || !isInRange(value, declaration)) return refused(declaration, text);
  return ownCheck(declaration.check?.(value), value, text);
}

function ownCheck(message: string | undefined, value: unknown, text: string): Reading {
  return message === undefined ? { value } : problem(`${message}, got ${quoteValue(text)}`);
}

function readText(declaration: Extract<Hyperparameter, { readonly type: 'text' }>, text: string): Reading {
  if (declaration.maxLength !== undefined && text.length > declaration.maxLength) return refused(declaration, text);
  return ownCheck(declaration.check?.(text), text, text);
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['True', true],
  ['1', true],
  ['false', false],
  ['False', false],
  ['0', false],
]);

function readBoolean(declaration: Hyperparameter, text: string): Reading {
  const value = BOOLEANS.get(text);
  return value === undefined ? refused(declaration, text) : { value };
}

function readStructure(
  declaration: Extract<Hyperparameter, { readonly type: 'list' | 'object' | 'json' }>,
  text: string,
): Reading {
  let json: JsonValue | undefined;
  try {
    json = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError) && !(error instanceof JsonDepthError)) throw error;
    if (declaration.type === 'list') return readItems(declaration, splitList(text));
    return problem(
      `expected ${describeAllowed(declaration)}, got ${quoteValue(text)}, which is not JSON: ${error.message}`,
    );
  }
  if (declaration.type === 'list' && !Array.isArray(json)) return readItems(declaration, splitList(text));
  return readJson(declaration, json);
}

/** Reads a value inside of a list or an object. */
function readJson(declaration: Hyperparameter, json: JsonValue): Reading {
  if (typeof json === 'string' && declaration.type !== 'json') return readValue(declaration, json);
  switch (declaration.type) {
    case 'list':
      return Array.isArray(json) ? readItems(declaration, json) : refused(declaration, textOf(json));
    case 'object':
      return json instanceof Map ? readMembers(declaration, json) : refused(declaration, textOf(json));
    case 'json': {
      const value = toPlain(json);
      return ownCheck(declaration.check?.(value), value, textOf(json));
    }
    default:
      return json === null || typeof json === 'object'
        ? refused(declaration, textOf(json))
        : readValue(declaration, textOf(json));
  }
}

function readItems(declaration: ListHyperparameter, items: readonly JsonValue[]): Reading {
  const { minLength = 1, maxLength = Number.POSITIVE_INFINITY } = declaration;
  if (items.length < minLength || items.length > maxLength) {
    return problem(`expected ${describeAllowed(declaration)}, got ${items.length} values`);
  }
  const readings = items.map((item) => readJson(declaration.of, item));
  const problems = readings.flatMap((reading, index) => below(reading, `[${index}]`));
  if (problems.length > 0) return { problems };
  const values = readings.map((reading) => (reading as { readonly value: unknown }).value);
  if (declaration.unique === true && new Set(values).size < values.length) {
    return problem(`expected each value once, got ${quoteValue(textOf([...items]))}`);
  }
  return { value: Object.freeze(values) };
}

function readMembers({ members }: ObjectHyperparameter, object: JsonObject): Reading {
  const known = Object.keys(members);
  const problems: ValueProblem[] = [...object.keys()]
    .filter((name) => !Object.hasOwn(members, name))
    .map((name) => ({ path: `.${visibleLine(cutText(name))}`, message: unknownName(name, known) }));
  const entries = Object.entries(members).map(([name, member]) => {
    const given = object.get(name);
    if (given === undefined) {
      if (member.required)
        problems.push({
          path: `.${visibleLine(cutText(name))}`,
          message: `is missing: expected ${describeAllowed(member)}`,
        });
      return [name, member.default] as const;
    }
    const reading = readJson(member, given);
    problems.push(...below(reading, `.${name}`));
    return [name, reading.problems === undefined ? reading.value : undefined] as const;
  });
  return problems.length > 0 ? { problems } : { value: Object.freeze(plainObject(entries)) };
}

function below(reading: Reading, path: string): readonly ValueProblem[] {
  return (reading.problems ?? []).map((inner) => ({ ...inner, path: path + inner.path }));
}

/** What is wrong with a name that is not declared, and the nearest one that is. */
export function unknownName(name: string, known: readonly string[]): string {
  const near = nearest(name.slice(0, LONGEST_NAME), known);
  if (near !== undefined) return `is unknown: did you mean ${near}?`;
  const shown = known.slice(0, MOST_NAMES).join(', ');
  return `is unknown: expected one of ${shown}${known.length > MOST_NAMES ? ', …' : ''}`;
}

// The search for near names compares each pair of letters.
const LONGEST_NAME = 64;
const MOST_NAMES = 12;

function notOneOf(values: readonly string[], declaration: Hyperparameter, text: string): Reading {
  // Every letter is near to every other one.
  const near = text.length > 1 ? nearest(text.slice(0, LONGEST_NAME), values) : undefined;
  const hint = near === undefined ? '' : `: did you mean ${near}?`;
  return problem(`expected ${describeAllowed(declaration)}, got ${quoteValue(text)}${hint}`);
}

function refused(declaration: Hyperparameter, text: string): Reading {
  return problem(`expected ${describeAllowed(declaration)}, got ${quoteValue(text)}`);
}

function problem(message: string): Reading {
  return { problems: [{ path: '', message }] };
}

/** Texts between double quotes are JSON, as clients of frameworks write them (contract C10). */
function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    const value = parseJson(text);
    return typeof value === 'string' ? value : text;
  } catch {
    // Not JSON: the quotes belong to the text.
    return text;
  }
}

function textOf(json: JsonValue): string {
  return typeof json === 'string' ? json : dumpJson(json);
}
