import type { Hyperparameter, NumberRange } from '../hyperparameter.ts';

/** The values that a hyperparameter takes, as messages and tables call them: `an integer from 1 to 10, or auto`. */
export function describeAllowed(declaration: Hyperparameter): string {
  const words = (declaration.words ?? []).map((word) => `, or ${word}`).join('');
  return `${describeType(declaration)}${words}`;
}

function describeType(declaration: Hyperparameter): string {
  switch (declaration.type) {
    case 'integer':
      return `an integer${describeRange(declaration)}`;
    case 'continuous':
      return `a number${describeRange(declaration)}`;
    case 'categorical':
      return declaration.values.length === 1 ? `${declaration.values[0]}` : `one of ${declaration.values.join(', ')}`;
    case 'text':
      return declaration.maxLength === undefined ? 'a text' : `a text of at most ${declaration.maxLength} characters`;
    case 'boolean':
      return 'true or false';
    case 'list':
      return `a list${describeLength(declaration)}, each ${describeAllowed(declaration.of)}`;
    case 'object':
      return `a JSON object with ${Object.keys(declaration.members).join(', ')}`;
    case 'json':
      return 'a JSON value';
  }
}

/** The end of a sentence: ` from 1 to 10`, ` greater than 0 and at most 1`. Empty for all numbers. */
export function describeRange({ min, max, greaterThan, lessThan }: NumberRange): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  const low =
    min !== undefined ? ` of at least ${min}` : greaterThan !== undefined ? ` greater than ${greaterThan}` : '';
  const high = max !== undefined ? ` at most ${max}` : lessThan !== undefined ? ` less than ${lessThan}` : '';
  if (low === '') return high.replace(' at most', ' of at most');
  return high === '' ? low : `${low} and${high}`;
}

function describeLength({
  minLength = 1,
  maxLength,
}: {
  readonly minLength?: number;
  readonly maxLength?: number;
}): string {
  if (maxLength !== undefined) return minLength === maxLength ? ` of ${maxLength}` : ` of ${minLength} to ${maxLength}`;
  return minLength > 1 ? ` of at least ${minLength}` : '';
}
