import { decodeHyperparameter } from '../config/hyperparameters.ts';
import { OptmlError } from '../errors/error.ts';
import { cutText } from '../errors/quote-value.ts';
import { parseJson } from '../json/parse.ts';
import type { JsonObject } from '../json/value.ts';
import { isSecretName } from '../log/masking/names.ts';
import type { SchemaIssue, StandardSchema } from './standard-schema.ts';
import { type HyperparameterValue, plainObject, toPlain } from './values.ts';

/** One hyperparameter that does not fit its schema. */
export interface HyperparameterProblem {
  /** Its name, and the way to the place inside, such as `layers.0.units`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/**
 * The hyperparameters do not fit the schema; `problems` holds all that is wrong.
 *
 * @example
 * ```ts
 * import { HyperparameterError, hyperparameters } from 'optml';
 * import { z } from 'zod';
 *
 * try {
 *   hyperparameters(z.object({ epochs: z.number() }));
 * } catch (error) {
 *   if (!(error instanceof HyperparameterError)) throw error;
 *   console.log(error.problems[0]?.path); // epochs
 * }
 * ```
 */
export class HyperparameterError extends OptmlError {
  readonly problems: readonly HyperparameterProblem[];

  constructor(problems: readonly HyperparameterProblem[], values: Readonly<Record<string, HyperparameterValue>>) {
    const lines = problems.map(
      ({ path, message }) => `  ${path === '' ? 'hyperparameters' : path}: ${message}${got(path, values)}`,
    );
    super(
      'HYPERPARAMETER_INVALID',
      `${problems.length} problem${problems.length === 1 ? '' : 's'} with the hyperparameters\n${lines.join('\n')}`,
      {
        fix: "Correct the job's HyperParameters.",
      },
    );
    this.problems = problems;
  }
}

/**
 * The user's hyperparameters, decoded (contract C10): `{"epochs": "3"}` gives `{ epochs: 3 }`; integers beyond 2^53 are
 * `bigint`. By hand, outside a job, they are the script's own arguments: `--epochs 3`, `--lr=0.1`, `-x 1`, `--verbose`.
 *
 * @example
 * ```ts
 * import { hyperparameters } from 'optml';
 * import { z } from 'zod';
 *
 * const { epochs = 3 } = hyperparameters() as { epochs?: number };
 * const { rate } = hyperparameters(z.object({ rate: z.number().default(0.01) }));
 * console.log(epochs, rate); // 3 0.01
 * ```
 */
export function hyperparameters(): Readonly<Record<string, HyperparameterValue>>;
/**
 * The hyperparameters validated and typed by any Standard Schema (zod, valibot, arktype …).
 *
 * @throws HyperparameterError listing every problem; OptmlError HYPERPARAMETER_INVALID for a schema that
 * validates asynchronously.
 */
export function hyperparameters<Output>(schema: StandardSchema<unknown, Output>): Output;
export function hyperparameters<Output>(
  schema?: StandardSchema<unknown, Output>,
): Output | Readonly<Record<string, HyperparameterValue>> {
  const values = readValues(process.env, process.argv.slice(2));
  if (schema === undefined) return values;
  const result = schema['~standard'].validate(values);
  if (result instanceof Promise) {
    throw new OptmlError(
      'HYPERPARAMETER_INVALID',
      `the ${schema['~standard'].vendor} schema validates asynchronously`,
      {
        fix: 'Use a schema without asynchronous checks for hyperparameters.',
      },
    );
  }
  if (result.issues === undefined) return result.value;
  throw new HyperparameterError(result.issues.map(toProblem), values);
}

function toProblem(issue: SchemaIssue): HyperparameterProblem {
  const keys = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  return { path: keys.join('.'), message: issue.message };
}

function got(path: string, values: Readonly<Record<string, HyperparameterValue>>): string {
  const [name = ''] = path.split('.');
  if (path !== name || name === '' || isSecretName(name)) return '';
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) return ' (not given)';
  const text =
    typeof value === 'bigint'
      ? String(value)
      : JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
  return ` (got ${cutText(text)})`;
}

function readValues(
  variables: Readonly<NodeJS.ProcessEnv>,
  args: readonly string[],
): Readonly<Record<string, HyperparameterValue>> {
  const text = variables['SM_HPS'];
  const values = text === undefined ? fromArguments(args) : (parseJson(text) as JsonObject);
  return Object.freeze(plainObject([...values].map(([name, value]) => [name, toPlain(value)])));
}

// `--name value`, `--name=value`, `--flag` at the end or before another option. A negative number is a value.
function fromArguments(args: readonly string[]): JsonObject {
  const values: JsonObject = new Map();
  for (let i = 0; i < args.length; i++) {
    const [, name, inline] = /^--?([^-=\d][^=]*)(?:=(.*))?$/s.exec(args[i] ?? '') ?? [];
    if (name === undefined) continue;
    const next = args[i + 1];
    if (inline !== undefined) values.set(name, decodeHyperparameter(inline));
    else if (next === undefined || /^--?[A-Za-z]/.test(next)) values.set(name, true);
    else values.set(name, decodeHyperparameter(args[++i] ?? ''));
  }
  return values;
}
