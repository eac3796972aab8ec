import { OptmlError } from '../../errors/error.ts';
import { dumpJson } from '../../json/python-json.ts';

/** A value of a hyperparameter. The script gets it back as it is given here. */
export type Hyperparameter =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Hyperparameter[]
  | { readonly [name: string]: Hyperparameter };

/** Hyperparameters by name. An undefined value is absent. */
export type Hyperparameters = Readonly<Record<string, Hyperparameter | undefined>>;

/**
 * Each value as JSON, as the Python SDK sends the hyperparameters of a job with a source: `0.1`, `"sgd"`, `[1, 2]`.
 *
 * @throws OptmlError HYPERPARAMETER_INVALID for what JSON cannot contain.
 */
export function jsonHyperparameters(values: Hyperparameters): Record<string, string> {
  return encoded(values, (value, where) => pythonJson(value, where));
}

/** The same with texts as they are: algorithms without a script read them so. */
export function plainHyperparameters(values: Hyperparameters): Record<string, string> {
  return encoded(values, (value, where) => (typeof value === 'string' ? value : pythonJson(value, where)));
}

function encoded(
  values: Hyperparameters,
  toText: (value: Hyperparameter, where: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, toText(value, `hyperparameters.${name}`)]],
    ),
  );
}

/** As `json.dumps(value)` of Python writes it: in the object's own order, with a space after each comma and colon. */
function pythonJson(value: Hyperparameter, where: string): string {
  if (Array.isArray(value)) return `[${value.map((item) => pythonJson(item, where)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value as Readonly<Record<string, Hyperparameter>>);
    return `{${entries.map(([name, item]) => `${dumpJson(name)}: ${pythonJson(item, where)}`).join(', ')}}`;
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw invalid(String(value), where);
    return Number.isInteger(value) ? String(BigInt(value)) : dumpJson(value);
  }
  const isScalar = value === null || ['string', 'boolean', 'bigint'].includes(typeof value);
  if (!isScalar) throw invalid(`a ${typeof value}`, where);
  return dumpJson(value as string | boolean | bigint | null);
}

function invalid(what: string, where: string): OptmlError {
  return new OptmlError('HYPERPARAMETER_INVALID', `expected a value that JSON can contain, got ${what}`, {
    where,
    fix: 'Pass a text, a finite number, a boolean, null, or lists and objects of them.',
  });
}
