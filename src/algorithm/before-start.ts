import { readInput } from '../job-tree/input/input-file.ts';
import type { Problem } from '../request/problem.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { builtInAlgorithm } from './built-in.ts';
import { requestProblems } from './request-problems.ts';
import { metricDefinitions } from './specification/metric-definitions.ts';
import { rulesOfSpecification } from './specification/read-specification.ts';
import type { MetricDefinition } from './specification/specification-types.ts';

/** What is wrong with a request by the declaration of a built-in algorithm. Nothing for an unknown one. */
export function problemsByBuiltIn(name: string, request: TrainingJobRequest): readonly Problem[] {
  const rules = builtInAlgorithm(name);
  return rules === undefined ? [] : requestProblems(rules, request);
}

/** The `MetricDefinitions` of a built-in algorithm. None for an unknown one. */
export function metricsOfBuiltIn(name: string): readonly MetricDefinition[] {
  const algorithm = builtInAlgorithm(name);
  return algorithm === undefined ? [] : metricDefinitions(algorithm);
}

// A file of the same name may be for something else.
const MARK = 'TrainingChannels';

/**
 * What is wrong with a request by the specification in a file. Nothing if the file does not contain one; a file that cannot be
 * read as one is a problem.
 */
export function problemsBySpecification(file: string, request: TrainingJobRequest): readonly Problem[] {
  const unusable = (why: string): readonly Problem[] => [
    { path: '', message: `${file} cannot be used: ${why}`, fix: 'Write it again with trainingSpecification.' },
  ];
  let value: unknown;
  try {
    const text = readInput(file).toString('utf8');
    if (!text.includes(MARK)) return [];
    value = JSON.parse(text);
  } catch (error) {
    return unusable((error as Error).message);
  }
  const read = rulesOfSpecification(value);
  return read.problem === undefined ? requestProblems(read.rules, request) : unusable(read.problem);
}
