import { translatePattern } from '../jobs/metrics/python-regex.ts';
import type { ChannelDeclaration } from './channel.ts';
import { checkContentType } from './checks/content-type.ts';
import { readValue } from './checks/read-value.ts';
import { valueText } from './checks/value-text.ts';
import type { AlgorithmDeclaration } from './declaration.ts';
import type { Condition, Hyperparameter, Hyperparameters } from './hyperparameter.ts';
import type { MetricDeclaration } from './metric.ts';
import { metricLine, metricRegex } from './metric-line.ts';

/** What is wrong with a declaration itself: mistakes of the algorithm's author. */
export function declarationProblems(declaration: AlgorithmDeclaration): readonly string[] {
  const { hyperparameters, channels, metrics } = declaration;
  return [
    ...repeatedNames(hyperparameters),
    ...Object.entries(hyperparameters).flatMap(([name, hyperparameter]) =>
      hyperparameterProblems(hyperparameter, hyperparameters).map((text) => `hyperparameter ${name}: ${text}`),
    ),
    ...Object.entries(channels).flatMap(([name, channel]) =>
      channelProblems(channel).map((text) => `channel ${name}: ${text}`),
    ),
    ...Object.entries(metrics).flatMap(([name, metric]) =>
      metricProblems(name, metric).map((text) => `metric ${name}: ${text}`),
    ),
  ];
}

function repeatedNames(declared: Hyperparameters): readonly string[] {
  const names = Object.entries(declared).flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `two hyperparameters are called ${name}`);
}

function hyperparameterProblems(own: Hyperparameter, all: Hyperparameters): readonly string[] {
  const problems: string[] = [];
  if (own.required && own.default !== undefined) problems.push('it is required and has a default');
  if (own.default !== undefined && !isReadable(own, own.default)) {
    problems.push(`its default ${valueText(own.default)} is not one of its values`);
  }
  if (own.type === 'integer' || own.type === 'continuous') problems.push(...rangeProblems(own));
  if (own.type === 'categorical' && typeof own.tunable === 'object') {
    const others = own.tunable.values.filter((value) => !own.values.includes(value));
    problems.push(...others.map((value) => `${value} is tunable and not one of its values`));
  }
  const unknown = (own.requires ?? []).filter((name) => !Object.hasOwn(all, name));
  problems.push(...unknown.map((name) => `it requires ${name}, which is not declared`));
  for (const condition of [own.requiredWhen, own.allowedWhen]) problems.push(...conditionProblems(condition, all));
  return problems;
}

function rangeProblems(own: Extract<Hyperparameter, { readonly type: 'integer' | 'continuous' }>): readonly string[] {
  const low = own.min ?? own.greaterThan ?? Number.NEGATIVE_INFINITY;
  const high = own.max ?? own.lessThan ?? Number.POSITIVE_INFINITY;
  if (low > high) return [`its range from ${low} to ${high} is empty`];
  if (own.tunable === undefined) return [];
  const { min, max } = own.tunable;
  const isInside = min <= max && [min, max].every((end) => isReadable(own, end));
  return isInside ? [] : [`its tunable range from ${min} to ${max} is not in its range`];
}

function conditionProblems(condition: Condition = {}, all: Hyperparameters): readonly string[] {
  return Object.entries(condition).flatMap(([name, values]) => {
    const other = Object.hasOwn(all, name) ? all[name] : undefined;
    if (other === undefined) return [`it depends on ${name}, which is not declared`];
    const impossible = values.filter((value) => !isReadable(other, value));
    return impossible.map((value) => `it depends on ${name} being ${value}, which it never is`);
  });
}

function isReadable(declaration: Hyperparameter, value: unknown): boolean {
  return readValue(declaration, valueText(value)).problems === undefined;
}

function channelProblems(channel: ChannelDeclaration): readonly string[] {
  if (channel.contentTypes.length === 0) return ['it has no content type'];
  if (channel.defaultContentType === undefined) return [];
  return checkContentType(channel, undefined).messages.map((message) => `its default: ${message}`);
}

function metricProblems(name: string, metric: MetricDeclaration): readonly string[] {
  try {
    const { regex, groups } = translatePattern(metricRegex(name, metric));
    if (groups === 0) return ['its regular expression has no group for the value'];
    if (metric.line !== undefined && !metric.line.includes('{value}')) return ['its line has no {value}'];
    if (metric.line === undefined && metric.regex !== undefined) return [];
    const fields = [...(metric.line ?? '').matchAll(/\{(\w+)\}/g)].map(([, field = '']) => [field, 1] as const);
    const line = metricLine({ [name]: metric }, name, { ...Object.fromEntries(fields), value: 0.25, host: 'algo-1' });
    return regex.exec(line)?.[1] === '0.25' ? [] : [`its regular expression does not find the value in "${line}"`];
  } catch (error) {
    return [`its regular expression cannot be used: ${(error as Error).message}`];
  }
}
