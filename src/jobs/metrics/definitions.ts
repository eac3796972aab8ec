import { quoteValue } from '../../errors/quote-value.ts';
import type { Problem } from '../../request/problem.ts';
import { PatternError, translatePattern } from './python-regex.ts';

/** A metric as the request defines it (contract C55). */
export interface MetricDefinition {
  readonly Name: string;
  readonly Regex: string;
}

/** What is wrong with metrics' regular expressions, for the list of a request's problems. `path` is that of the list. */
export function checkMetricDefinitions(
  definitions: readonly MetricDefinition[],
  path = 'AlgorithmSpecification.MetricDefinitions',
): readonly Problem[] {
  return definitions.flatMap(({ Name, Regex }, index) => {
    const problem = problemWith(Regex);
    if (problem === undefined) return [];
    const message = `the regular expression of metric ${quoteValue(Name)} cannot be used: ${problem}`;
    return [{ path: `${path}[${index}].Regex`, message, fix: `It was ${quoteValue(Regex)}.` }];
  });
}

function problemWith(regex: string): string | undefined {
  try {
    return translatePattern(regex).groups === 0 ? 'it has no group, which is to hold the value' : undefined;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}
