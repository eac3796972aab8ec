import { nearest } from '../errors/nearest.ts';
import { cutText } from '../errors/quote-value.ts';
import { instanceTypeHint } from './instance-type-hint.ts';
import { isObject } from './is-json-object.ts';
import { type Problem, pathTo } from './problem.ts';
import { memberShape, type ServiceModel, type Shape, shapeNamed } from './shapes.ts';

/** Whether a value is taken as it is, though the API would refuse it. `shape` is the name of its shape. */
export type Exemption = (shape: string, value: unknown, path: string) => boolean;

/** Whether a member that the API demands may be missing. */
export type Optional = (path: string) => boolean;

/** What a check lets pass. */
export interface Leniency {
  readonly isExempt: Exemption;
  readonly isOptional: Optional;
  /** What to write instead of a text that its pattern does not match. `shape` is the name of its shape. */
  readonly fixOf: (shape: string, value: string) => string | undefined;
}

/** Path → how the document writes the number or boolean there, for messages. */
export type Scalars = ReadonlyMap<string, string>;

// Its list is as old as this version of optml.
const INSTANCE_TYPE = 'TrainingInstanceType';

const STRICT: Leniency = { isExempt: () => false, isOptional: () => false, fixOf: () => undefined };

/**
 * Everything that is wrong with `value` by the service model: types, required and unknown members, limits, patterns,
 * enumerations (contract section 12), in the API's wording of a violated limit.
 */
export function checkShape(
  value: unknown,
  model: ServiceModel,
  { leniency = STRICT, scalars = new Map() }: { readonly leniency?: Leniency; readonly scalars?: Scalars } = {},
): readonly Problem[] {
  const problems: Problem[] = [];
  checkValue(value, model.requestShape, '', { problems, model, scalars, ...leniency });
  return problems;
}

interface Check extends Leniency {
  readonly model: ServiceModel;
  readonly scalars: Scalars;
  readonly problems: Problem[];
}

function checkValue(value: unknown, name: string, path: string, check: Check): void {
  const shape = shapeNamed(check.model, name);
  if (check.isExempt(name, value, path)) return;
  switch (shape.type) {
    case 'structure':
      checkStructure(value, shape, path, check);
      break;
    case 'list':
      checkList(value, shape, path, check);
      break;
    case 'map':
      checkMap(value, shape, path, check);
      break;
    case 'string':
      checkText(value, { name, shape, path }, check);
      break;
    case 'boolean':
      if (typeof value !== 'boolean') check.problems.push(wrongType(path, 'true or false', value));
      break;
    case 'timestamp':
      if (!isTime(value)) check.problems.push(wrongType(path, 'a time in seconds since 1970', value));
      break;
    default:
      checkNumber(value, shape, path, check);
  }
}

// The greatest time of a Date, in seconds.
const LATEST_SECONDS = 8.64e12;

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= LATEST_SECONDS;
}

function checkStructure(value: unknown, shape: Shape, path: string, check: Check): void {
  if (!isObject(value)) {
    check.problems.push(wrongType(path, 'an object', value));
    return;
  }
  for (const member of shape.required ?? []) {
    const at = pathTo(path, member);
    if (value[member] !== undefined && value[member] !== null) continue;
    if (!check.isOptional(at))
      check.problems.push({ ...violation('null', at, 'Member must not be null'), isMisshapen: true });
  }
  for (const [member, content] of Object.entries(value)) {
    const target = memberShape(shape, member);
    const at = pathTo(path, member);
    if (target === undefined) check.problems.push(unknownMember(at, member, shape, check.model.operation));
    else if (content !== null && content !== undefined) checkValue(content, target, at, check);
  }
}

function checkList(value: unknown, shape: Shape, path: string, check: Check): void {
  if (!Array.isArray(value)) {
    check.problems.push(wrongType(path, 'a list', value));
    return;
  }
  checkLength(value.length, value, shape, path, check);
  // Of a list that is too long, the first items as many as it may have.
  for (const [index, item] of value.slice(0, shape.max).entries())
    checkValue(item, shape.member ?? '', pathTo(path, index), check);
}

function checkMap(value: unknown, shape: Shape, path: string, check: Check): void {
  if (!isObject(value)) {
    check.problems.push(wrongType(path, 'an object', value));
    return;
  }
  const entries = Object.entries(value);
  checkLength(entries.length, value, shape, path, check);
  for (const [key, content] of entries) {
    const at = pathTo(path, key);
    checkValue(key, shape.key ?? '', at, check);
    checkValue(content, shape.value ?? '', at, check);
  }
}

interface TextPlace {
  readonly name: string;
  readonly shape: Shape;
  readonly path: string;
}

function checkText(value: unknown, { name, shape, path }: TextPlace, check: Check): void {
  if (typeof value !== 'string') {
    check.problems.push(notText(value, path, check.scalars.get(path)));
    return;
  }
  if (shape.enum !== undefined) {
    if (shape.enum.includes(value)) return;
    const hint = name === INSTANCE_TYPE ? instanceTypeHint(value, shape.enum) : nearestOf(value, shape.enum);
    const problem = violation(value, path, `Member must satisfy enum value set: [${shownValues(shape.enum)}]`);
    check.problems.push({ ...problem, ...(hint !== undefined && { fix: hint }) });
    return;
  }
  // A text that is too long is not matched as well: patterns of this kind take very long for such.
  if (!checkLength(value.length, value, shape, path, check) || shape.pattern === undefined) return;
  if (!matches(value, shape.pattern)) {
    const demand = `Member must satisfy regular expression pattern: ${shape.pattern}`;
    const fix = check.fixOf(name, value);
    check.problems.push({ ...violation(value, path, demand), ...(fix !== undefined && { fix }) });
  }
}

function nearestOf(value: string, known: readonly string[]): string | undefined {
  const near = nearest(value, known);
  return near === undefined ? undefined : `Did you mean "${near}"?`;
}

/** `source`: the value as the document writes it, which the value itself may not have kept (`1.10`, `007`). */
function notText(value: unknown, path: string, source: string | undefined): Problem {
  const isPlain = typeof value === 'boolean' || typeof value === 'number';
  const isKept = source !== undefined || typeof value !== 'number' || isExact(value);
  // Of any other value not even its text is safe to make: it may have a member `toString`.
  if (!isPlain || !isKept) return wrongType(path, 'text', value);
  const text = source ?? String(value);
  const message = `expected text, got the ${typeof value} ${cutText(text)}`;
  return { path, message, fix: `Quote it: "${text}".`, isMisshapen: true };
}

// There are 200 instance types.
function shownValues(values: readonly string[]): string {
  if (values.length <= MOST_VALUES_SHOWN) return values.join(', ');
  return `${values.slice(0, MOST_VALUES_SHOWN).join(', ')}, … ${values.length} in all`;
}

const MOST_VALUES_SHOWN = 12;

// What the API calls an integer has 32 bits, a long 64.
const GREATEST_INTEGER = 2 ** 31 - 1;

function isExact(value: number): boolean {
  return !Number.isInteger(value) || Number.isSafeInteger(value);
}

function checkNumber(value: unknown, { type, min, max: limit }: Shape, path: string, check: Check): void {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    check.problems.push(wrongType(path, 'a whole number', value));
    return;
  }
  if (!isExact(value)) {
    const message = `${value} is not exact: JSON and YAML readers round whole numbers beyond ${Number.MAX_SAFE_INTEGER}`;
    check.problems.push({ path, message, fix: 'Give a smaller number.' });
    return;
  }
  const demand = 'Member must have value';
  const max = limit ?? (type === 'integer' ? GREATEST_INTEGER : undefined);
  if (max !== undefined && value > max) {
    check.problems.push(violation(String(value), path, `${demand} less than or equal to ${max}`));
  }
  if (min !== undefined && value < min) {
    check.problems.push(violation(String(value), path, `${demand} greater than or equal to ${min}`));
  }
}

function checkLength(length: number, value: unknown, { min, max }: Shape, path: string, check: Check): boolean {
  const demand = 'Member must have length';
  if (max !== undefined && length > max) {
    check.problems.push(violation(shown(value), path, `${demand} less than or equal to ${max}`));
    return false;
  }
  if (min !== undefined && length < min) {
    check.problems.push(violation(shown(value), path, `${demand} greater than or equal to ${min}`));
    return false;
  }
  return true;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value);
  } catch {
    // Nested too deep, or around in a circle: the number of items is wrong in any case.
    return typeName(value);
  }
}

/** A violated limit as the API words it. */
export function violation(value: string, path: string, demand: string): Problem {
  const shown = value === 'null' ? 'null' : `'${cutText(value)}'`;
  return { path, message: `Value ${shown} at '${path}' failed to satisfy constraint: ${demand}` };
}

function wrongType(path: string, expected: string, value: unknown): Problem {
  return { path, message: `expected ${expected}, got ${typeName(value)}`, isMisshapen: true };
}

function unknownMember(path: string, member: string, { members = {} }: Shape, operation: string): Problem {
  // `TrainingJobName.$` of Step Functions.
  const computed = Object.keys(members).find((name) => member === `${name}.$`);
  if (computed !== undefined) {
    const message = 'Step Functions computes this value when it runs';
    return { path, message, fix: `Write "${computed}" with a value.` };
  }
  const near = nearest(member, Object.keys(members));
  return {
    path,
    message: `${operation} has no such member`,
    fix: near === undefined ? 'Leave it out.' : `Did you mean "${near}"?`,
  };
}

// The API matches by Java's rules, which differ from JavaScript's in how classes are written.
function matches(value: string, pattern: string): boolean {
  const translated = pattern.replaceAll('\\p{Alnum}', 'A-Za-z0-9');
  return new RegExp(`^(?:${translated})$`, translated.includes('\\p{') ? 'u' : '').test(value);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return `the text "${cutText(value)}"`;
  return `the ${typeof value} ${cutText(String(value))}`;
}
