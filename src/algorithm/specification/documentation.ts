import type { ChannelDeclaration, ContentTypeDeclaration } from '../channel.ts';
import { DEFAULT_INPUT_MODES } from '../checks/check-channels.ts';
import { describeCondition } from '../checks/check-dependencies.ts';
import { describeAllowed } from '../checks/describe-allowed.ts';
import { valueText } from '../checks/value-text.ts';
import type { AlgorithmDeclaration } from '../declaration.ts';
import type { Hyperparameter } from '../hyperparameter.ts';
import type { MetricDeclaration } from '../metric.ts';
import { metricRegex } from '../metric-line.ts';

/** What of an algorithm is documented. */
export type DocumentedAlgorithm = Pick<AlgorithmDeclaration, 'hyperparameters' | 'channels' | 'metrics'>;

/**
 * Tables of the hyperparameters, channels and metrics of an algorithm, in Markdown. Ends with a line break.
 *
 * @example
 * ```ts
 * import { documentationTables } from 'optml/algorithm';
 * import { kmeans } from 'optml/algorithms/kmeans';
 *
 * console.log(documentationTables(kmeans));
 * ```
 */
export function documentationTables({ hyperparameters, channels, metrics }: DocumentedAlgorithm): string {
  const tables = [
    table(
      ['hyperparameter', 'value', 'default', 'tuning', 'meaning'],
      Object.entries(hyperparameters).map(hyperparameterRow),
    ),
    table(['channel', 'content types', 'input modes', 'meaning'], Object.entries(channels).map(channelRow)),
    table(['metric', 'better', 'regular expression', 'meaning'], Object.entries(metrics).map(metricRow)),
  ];
  return `${tables.filter((text) => text !== '').join('\n\n')}\n`;
}

function hyperparameterRow([name, declaration]: readonly [string, Hyperparameter]): readonly string[] {
  const { aliases = [], required, description = '', requires = [], requiredWhen, allowedWhen } = declaration;
  const meaning = [
    description,
    aliases.length > 0 ? `Also called ${aliases.map(code).join(', ')}.` : '',
    requires.length > 0 ? `Needs ${requires.map(code).join(', ')}.` : '',
    requiredWhen === undefined ? '' : `Required ${describeCondition(requiredWhen)}.`,
    allowedWhen === undefined ? '' : `Only ${describeCondition(allowedWhen)}.`,
  ];
  const initial = declaration.default === undefined ? '' : code(valueText(declaration.default));
  return [
    code(name),
    describeAllowed(declaration),
    required ? 'required' : initial,
    describeTuning(declaration),
    meaning.filter((text) => text !== '').join(' '),
  ];
}

function describeTuning(declaration: Hyperparameter): string {
  if (!('tunable' in declaration) || declaration.tunable === undefined) return '';
  if (declaration.type === 'categorical' && declaration.tunable !== true) return declaration.tunable.values.join(', ');
  if (declaration.type === 'categorical' || declaration.type === 'boolean') return 'all values';
  const { min, max, scale } = declaration.tunable;
  return `${min} to ${max}${scale === undefined ? '' : `, ${scale}`}`;
}

function channelRow([name, channel]: readonly [string, ChannelDeclaration]): readonly string[] {
  const { required, contentTypes, inputModes = DEFAULT_INPUT_MODES, description = '' } = channel;
  return [
    `${code(name)}${required ? ' (required)' : ''}`,
    contentTypes.map(describeContentType).join(', '),
    inputModes.join(', '),
    description,
  ];
}

function describeContentType(declared: string | ContentTypeDeclaration): string {
  if (typeof declared === 'string') return code(declared);
  const { type, parameters = {} } = declared;
  const names = Object.entries(parameters).map(([name, parameter]) => {
    const initial = parameter.default === undefined ? '' : `, by default ${valueText(parameter.default)}`;
    return `${code(name)}: ${describeAllowed(parameter)}${initial}`;
  });
  return names.length === 0 ? code(type) : `${code(type)} (${names.join('; ')})`;
}

function metricRow([name, metric]: readonly [string, MetricDeclaration]): readonly string[] {
  const better = metric.direction === 'minimize' ? 'lower' : 'higher';
  return [code(name), better, code(metricRegex(name, metric)), metric.description ?? ''];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(head), `| ${head.map(() => '---').join(' | ')} |`, ...rows.map(line)].join('\n');
}

function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  return `${fence}${text}${fence}`;
}

// In a table, also inside of code, a bar ends the cell.
function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
