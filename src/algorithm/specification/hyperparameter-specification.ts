import { valueText } from '../checks/value-text.ts';
import type { CategoricalHyperparameter, Hyperparameter, Hyperparameters, NumberRange } from '../hyperparameter.ts';
import type { HyperParameterSpecification, ParameterRangeSpecification } from './specification-types.ts';

/**
 * The hyperparameters of an algorithm as CreateAlgorithm takes them. What the API cannot express becomes `FreeText`: lists,
 * objects, texts, and numbers with other words, unless they are tunable. An optional hyperparameter is there under its aliases
 * too. Open ends of ranges of numbers become closed ones.
 */
export function hyperparameterSpecifications(declared: Hyperparameters): HyperParameterSpecification[] {
  return Object.entries(declared).flatMap(([name, declaration]) => {
    const { aliases = [], required = false } = declaration;
    const specification = specificationOf(name, declaration);
    if (required) return [specification];
    const { DefaultValue: _, ...other } = specification;
    const others = aliases.map((alias) => ({
      ...other,
      Name: alias,
      Description: `Another name of ${name}.`,
      IsTunable: false,
    }));
    return [specification, ...others];
  });
}

function specificationOf(name: string, declaration: Hyperparameter): HyperParameterSpecification {
  const { description, required = false } = declaration;
  const range = rangeOf(declaration);
  const text = declaration.default === undefined ? undefined : valueText(declaration.default);
  const isWord = declaration.words?.includes(text ?? '') === true;
  return {
    Name: name,
    ...(description !== undefined && { Description: description.slice(0, LONGEST_DESCRIPTION) }),
    Type: typeOf(range),
    ...(range !== undefined && { Range: range }),
    IsTunable: range !== undefined && 'tunable' in declaration && declaration.tunable !== undefined,
    IsRequired: required,
    // A word is not in the range.
    ...(text !== undefined && !(isWord && range !== undefined) && { DefaultValue: text }),
  };
}

const LONGEST_DESCRIPTION = 1024;
const MOST_VALUES = 30;

function typeOf(range: ParameterRangeSpecification | undefined): HyperParameterSpecification['Type'] {
  if (range === undefined) return 'FreeText';
  if ('IntegerParameterRangeSpecification' in range) return 'Integer';
  return 'ContinuousParameterRangeSpecification' in range ? 'Continuous' : 'Categorical';
}

function rangeOf(declaration: Hyperparameter): ParameterRangeSpecification | undefined {
  switch (declaration.type) {
    case 'integer':
      return hasOnlyNumbers(declaration)
        ? { IntegerParameterRangeSpecification: integerRange(declaration) }
        : undefined;
    case 'continuous':
      return hasOnlyNumbers(declaration)
        ? { ContinuousParameterRangeSpecification: continuousRange(declaration) }
        : undefined;
    case 'categorical':
      return categories(declaration);
    case 'boolean':
      return { CategoricalParameterRangeSpecification: { Values: ['true', 'false', 'True', 'False', '1', '0'] } };
    default:
      return undefined;
  }
}

function hasOnlyNumbers({ words = [], tunable }: Extract<Hyperparameter, { readonly type: 'integer' | 'continuous' }>) {
  return words.length === 0 || tunable !== undefined;
}

function categories({ values, words = [] }: CategoricalHyperparameter): ParameterRangeSpecification | undefined {
  const all = [...values, ...words];
  return all.length > MOST_VALUES ? undefined : { CategoricalParameterRangeSpecification: { Values: all } };
}

function integerRange({ min, max, greaterThan, lessThan }: NumberRange) {
  const low = min ?? (greaterThan === undefined ? Number.MIN_SAFE_INTEGER : Math.floor(greaterThan) + 1);
  const high = max ?? (lessThan === undefined ? Number.MAX_SAFE_INTEGER : Math.ceil(lessThan) - 1);
  return { MinValue: String(Math.ceil(low)), MaxValue: String(Math.floor(high)) };
}

function continuousRange({ min, max, greaterThan, lessThan }: NumberRange) {
  return {
    MinValue: String(min ?? greaterThan ?? -Number.MAX_VALUE),
    MaxValue: String(max ?? lessThan ?? Number.MAX_VALUE),
  };
}
