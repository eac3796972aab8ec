import { OptmlError } from '../errors/error.ts';
import { quoteValue } from '../errors/quote-value.ts';
import { compressionProblem } from './compression.ts';
import { DEFAULT_STOP_GRACE_SECONDS } from './grace-periods.ts';
import { HOST_WAIT } from './hosts.ts';
import { RELATIVE_PATHS } from './paths.ts';
import { MASTER_PORT } from './ports.ts';
import { VARIABLES } from './variables.ts';

/**
 * optml's own settings: what each may be, and its default. A setting is an environment variable, or the hyperparameter of
 * the same name in lower case (`optml_package`), which wins. Their meanings are in another file, since no job needs them.
 */
export const SETTING_ROWS = {
  OPTML_PACKAGE: { values: ['auto', 'always', 'never'], default: 'auto' },
  OPTML_MODEL_ARCHIVE: { values: 'path or s3://', default: RELATIVE_PATHS.modelArchiveFile },
  OPTML_COMPRESSION: { values: 'method[:level]', default: 'auto' },
  OPTML_STOP_GRACE_SECONDS: { values: 'seconds', default: `${DEFAULT_STOP_GRACE_SECONDS}` },
  OPTML_HOST_WAIT_SECONDS: { values: 'seconds', default: String(HOST_WAIT.totalSeconds) },
  OPTML_TYPESCRIPT: { values: ['tsx', 'node'], default: 'tsx' },
  OPTML_ARGUMENT_ORDER: { values: ['sorted', 'file'], default: 'sorted' },
  OPTML_BOOLEAN_ARGUMENTS: { values: ['value', 'flag'], default: 'value' },
  OPTML_LOG_FORMAT: { values: ['text', 'json'], default: 'text' },
  OPTML_LAUNCH: { values: ['false', 'true'], default: 'false' },
  OPTML_MASTER_PORT: { values: 'port', default: String(MASTER_PORT) },
  OPTML_MAX_RESTARTS: { values: 'count', default: '0' },
} as const satisfies Record<string, SettingRow>;

interface SettingRow {
  /** The words it may be, or the kind of value. */
  readonly values: readonly string[] | 'path or s3://' | 'seconds' | 'method[:level]' | 'port' | 'count';
  readonly default: string;
}

/** The name of a setting. */
export type SettingName = keyof typeof SETTING_ROWS;

/** The settings of one job. Durations in seconds. */
export interface Settings {
  readonly package: 'auto' | 'always' | 'never';
  readonly modelArchive: string;
  readonly compression: string;
  readonly stopGraceSeconds: number;
  readonly hostWaitSeconds: number;
  readonly typescript: 'tsx' | 'node';
  readonly argumentOrder: 'sorted' | 'file';
  readonly booleanArguments: 'value' | 'flag';
  readonly logFormat: 'text' | 'json';
  /** Whether optml starts the ranks of a distributed program itself. */
  readonly launch: boolean;
  readonly masterPort: number;
  readonly maxRestarts: number;
}

/** Gives the raw text of a setting and where it comes from, or undefined where it is not set. */
export type SettingSource = (name: SettingName) => { readonly text: string; readonly where: string } | undefined;

/** A source that reads environment variables; an empty variable is treated as not set. */
export function settingsFromVariables(variables: Readonly<NodeJS.ProcessEnv>): SettingSource {
  return (name) => {
    const text = variables[name];
    return text === undefined || text === '' ? undefined : { text, where: `environment variable ${name}` };
  };
}

/**
 * Reads every setting from `source`.
 *
 * @throws OptmlError SETTING_INVALID naming the setting, its value and what it may be.
 */
export function readSettings(source: SettingSource): Settings {
  return {
    package: word(source, 'OPTML_PACKAGE'),
    modelArchive: source('OPTML_MODEL_ARCHIVE')?.text ?? SETTING_ROWS.OPTML_MODEL_ARCHIVE.default,
    compression: readCompression(source),
    stopGraceSeconds: number(source, VARIABLES.stopGraceSeconds, SECONDS),
    hostWaitSeconds: number(source, 'OPTML_HOST_WAIT_SECONDS', SECONDS),
    typescript: word(source, 'OPTML_TYPESCRIPT'),
    argumentOrder: word(source, 'OPTML_ARGUMENT_ORDER'),
    booleanArguments: word(source, 'OPTML_BOOLEAN_ARGUMENTS'),
    logFormat: word(source, 'OPTML_LOG_FORMAT'),
    launch: word(source, 'OPTML_LAUNCH') === 'true',
    masterPort: number(source, 'OPTML_MASTER_PORT', PORT),
    maxRestarts: number(source, 'OPTML_MAX_RESTARTS', COUNT),
  };
}

/** The log's format before the hyperparameters are known. They may replace an invalid variable, which gives the default here. */
export function earlyLogFormat(variables: Readonly<NodeJS.ProcessEnv>): Settings['logFormat'] {
  const { values, default: fallback } = SETTING_ROWS.OPTML_LOG_FORMAT;
  return values.find((value) => value === variables['OPTML_LOG_FORMAT']) ?? fallback;
}

type WordSetting = {
  [Name in SettingName]: (typeof SETTING_ROWS)[Name]['values'] extends readonly string[] ? Name : never;
}[SettingName];

function word<Name extends WordSetting>(
  source: SettingSource,
  name: Name,
): (typeof SETTING_ROWS)[Name]['values'][number] {
  const given = source(name);
  const { values } = SETTING_ROWS[name];
  if (given === undefined) return SETTING_ROWS[name].default;
  // As JSON has them: a hyperparameter `true` arrives as Python's `True`.
  const found = values.find(
    (value) => value === given.text || ((value === 'true' || value === 'false') && value === given.text.toLowerCase()),
  );
  if (found === undefined) {
    throw new OptmlError('SETTING_INVALID', `expected ${name} to be ${orList(values)}, got ${quoteValue(given.text)}`, {
      where: given.where,
      fix: `Set ${name} to ${orList(values)}, or leave it out for "${SETTING_ROWS[name].default}".`,
    });
  }
  return found;
}

/** Reads what compresses archives. @throws OptmlError SETTING_INVALID as {@link readSettings}, with `exitCode` where given. */
export function readCompression(source: SettingSource, exitCode?: number): string {
  const given = source('OPTML_COMPRESSION');
  const text = given?.text ?? SETTING_ROWS.OPTML_COMPRESSION.default;
  const problem = compressionProblem(text);
  if (problem === undefined) return text;
  throw new OptmlError('SETTING_INVALID', `expected OPTML_COMPRESSION to be ${problem}, got ${quoteValue(text)}`, {
    where: given?.where,
    fix: 'Leave it out for "auto".',
    exitCode,
  });
}

interface NumberRule {
  readonly what: string;
  readonly pattern: RegExp;
  readonly min: number;
  readonly max: number;
}

// A day; longer timers would overflow sooner or later, and no platform waits so long.
const SECONDS: NumberRule = { what: 'number of seconds', pattern: /^\d+(\.\d+)?$/, min: 0, max: 86_400 };
// The control port stands beside it.
const PORT: NumberRule = { what: 'port', pattern: /^\d+$/, min: 1, max: 65_534 };
const COUNT: NumberRule = { what: 'whole number', pattern: /^\d+$/, min: 0, max: 1000 };

function number(source: SettingSource, name: SettingName, { what, pattern, min, max }: NumberRule): number {
  const given = source(name);
  const text = given?.text ?? SETTING_ROWS[name].default;
  const value = Number(text);
  if (!pattern.test(text) || value < min || value > max) {
    throw new OptmlError(
      'SETTING_INVALID',
      `expected ${name} to be a ${what}, ${min} to ${max}, got ${quoteValue(text)}`,
      {
        where: given?.where,
        fix: `Set ${name} to a plain number such as ${SETTING_ROWS[name].default}.`,
      },
    );
  }
  return value;
}

function orList(command: readonly string[]): string {
  return command.map((entry) => `"${entry}"`).join(' or ');
}
