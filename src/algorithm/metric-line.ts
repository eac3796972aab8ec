import { OptmlError } from '../errors/error.ts';
import { quoteValue } from '../errors/quote-value.ts';
import type { MetricDeclaration, MetricDeclarations } from './metric.ts';

/** What the default expression of a metric finds: a number as programs print them. */
const NUMBER_EXPRESSION = '([-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?|nan|-?inf)';

const DEFAULT_LINE = '{name}={value};';

/**
 * The line that reports a value of a metric.
 *
 * @throws OptmlError ALGORITHM_INVALID for a name that is not declared.
 */
export function metricLine(
  metrics: MetricDeclarations,
  name: string,
  fields: Readonly<Record<string, string | number>>,
): string {
  const metric = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  if (metric === undefined)
    throw new OptmlError('ALGORITHM_INVALID', `the algorithm declares no metric ${quoteValue(name)}`, {
      fix: 'Add it to the metrics of defineAlgorithm.',
    });
  const values: Readonly<Record<string, string | number>> = { ...fields, name };
  return (metric.line ?? DEFAULT_LINE).replace(/\{(\w+)\}/g, (whole, field: string) => {
    const value = Object.hasOwn(values, field) ? values[field] : undefined;
    return value === undefined ? whole : textOf(value);
  });
}

/** The regular expression that finds a metric's values in the log. */
export function metricRegex(name: string, { line = DEFAULT_LINE, regex }: MetricDeclaration): string {
  if (regex !== undefined) return regex;
  return line
    .split(/(\{\w+\})/)
    .map((part) => {
      if (part === '{value}') return NUMBER_EXPRESSION;
      if (part === '{name}') return escaped(name);
      return /^\{\w+\}$/.test(part) ? '\\S*?' : escaped(part);
    })
    .join('');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

// As Python prints them, whose expressions find them.
function textOf(value: string | number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return Number.isNaN(value) ? 'nan' : String(value);
}
