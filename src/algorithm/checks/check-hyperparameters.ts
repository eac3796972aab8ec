import { OPTML_PREFIX, SAGEMAKER_PREFIX, TOOLKIT_HYPERPARAMETERS } from '../../contract/toolkit-hyperparameters.ts';
import { isSecretName } from '../../log/masking/names.ts';
import { plainObject } from '../../training/values.ts';
import type { AlgorithmDeclaration } from '../declaration.ts';
import type { Hyperparameters } from '../hyperparameter.ts';
import { checkDependencies } from './check-dependencies.ts';
import { describeAllowed } from './describe-allowed.ts';
import type { JobProblem } from './job-problem.ts';
import { readValue, unknownName } from './read-value.ts';

/** The hyperparameters of a job, as the API has them. */
export type GivenHyperparameters = Readonly<Record<string, string>> | ReadonlyMap<string, string>;

/** Typed values, or all that is wrong. */
export type CheckedHyperparameters =
  | { readonly values: Readonly<Record<string, unknown>>; readonly problems: readonly [] }
  | { readonly values: undefined; readonly problems: readonly JobProblem[] };

/** What {@link checkHyperparameters} needs of a declaration. */
export type HyperparameterRules = Pick<AlgorithmDeclaration, 'hyperparameters'> & {
  readonly check?: ((values: never) => readonly string[]) | undefined;
};

/**
 * Reads the hyperparameters of a job by a declaration: typed values with defaults, or all mistakes together. Those of the
 * platform and of the toolkit (`sagemaker_*`, `_tuning_objective_metric`) are skipped.
 */
export function checkHyperparameters(rules: HyperparameterRules, given: GivenHyperparameters): CheckedHyperparameters {
  const declared = rules.hyperparameters;
  const { texts, problems } = byDeclaredName(declared, entriesOf(given));
  const values = new Map<string, unknown>();
  for (const [name, declaration] of Object.entries(declared)) {
    const text = texts.get(name);
    if (text === undefined) {
      if (declaration.default !== undefined) values.set(name, declaration.default);
      if (declaration.required) problems.push(problem(name, `is required: expected ${describeAllowed(declaration)}`));
      continue;
    }
    const reading = readValue(declaration, text.text);
    if (reading.problems === undefined) values.set(name, reading.value);
    else problems.push(...reading.problems.map((inner) => problem(text.name, shown(text, inner.message), inner.path)));
  }
  problems.push(...checkDependencies(declared, values, new Set(texts.keys())));
  if (problems.length === 0) problems.push(...checkTogether(rules, values));
  if (problems.length > 0) return { values: undefined, problems };
  return { values: Object.freeze(plainObject([...values])), problems: [] };
}

interface GivenText {
  /** As the job has it: an alias perhaps. */
  readonly name: string;
  readonly text: string;
}

function byDeclaredName(declared: Hyperparameters, given: Iterable<readonly [string, string]>) {
  const names = namesOf(declared);
  const texts = new Map<string, GivenText>();
  const problems: JobProblem[] = [];
  for (const [name, text] of given) {
    const own = names.get(name);
    const other = own === undefined ? undefined : texts.get(own);
    if (own === undefined) {
      if (!isOfPlatform(name)) problems.push(problem(name, unknownName(name, Object.keys(declared))));
    } else if (other !== undefined) {
      problems.push(problem(name, `is another name of ${other.name}: give only one of them`));
    } else texts.set(own, { name, text });
  }
  return { texts, problems };
}

/** Name and alias → name. */
function namesOf(declared: Hyperparameters): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(declared).flatMap(([name, { aliases = [] }]) => [name, ...aliases].map((alias) => [alias, name])),
  );
}

function isOfPlatform(name: string): boolean {
  return name.startsWith(SAGEMAKER_PREFIX) || name.startsWith(OPTML_PREFIX) || PLATFORM_NAMES.has(name);
}

const PLATFORM_NAMES: ReadonlySet<string> = new Set(Object.values(TOOLKIT_HYPERPARAMETERS));

function checkTogether({ check }: HyperparameterRules, values: ReadonlyMap<string, unknown>): readonly JobProblem[] {
  const messages = check?.(Object.freeze(plainObject([...values])) as never) ?? [];
  return messages.map((message) => ({ kind: 'hyperparameter', name: '', message }));
}

// A secret is not quoted.
function shown({ name }: GivenText, message: string): string {
  return isSecretName(name) ? message.replace(/, got .*$/s, ', got ******') : message;
}

function problem(name: string, message: string, path = ''): JobProblem {
  return { kind: 'hyperparameter', name, ...(path !== '' && { path }), message };
}

function entriesOf(given: GivenHyperparameters): Iterable<readonly [string, string]> {
  return given instanceof Map ? given : Object.entries(given);
}
