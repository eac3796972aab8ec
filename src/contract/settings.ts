import { OptmlError } from '../errors/error.ts';
import { quoteValue } from '../errors/quote-value.ts';
import { compressionTrouble } from './compression.ts';
import { HOST_WAIT } from './defaults.ts';

/**
 * optml's own settings, each off or harmless by default. A setting is an environment variable, or the hyperparameter of
 * the same name in lower case (`optml_package`), which wins. `docs/settings.md` and the README are checked against this
 * table.
 */
export const SETTINGS = {
  OPTML_PACKAGE: {
    values: ['auto', 'always', 'never'],
    default: 'auto',
    meaning: 'Pack `model.tar.gz` and `output.tar.gz`; `auto`: unless the platform or a local runner does (C13).',
  },
  OPTML_MODEL_ARCHIVE: {
    values: 'path or s3://',
    default: 'output/model.tar.gz',
    meaning:
      "Where the model is packed to, relative to the base directory, or an object in S3 (`s3://BUCKET/KEY`); `{host}` is the host's name. `output.tar.gz` is put beside it.",
  },
  OPTML_COMPRESSION: {
    values: 'method[:level]',
    default: 'auto',
    meaning:
      'What compresses: `auto` (the first of igzip and pigz that is on `PATH`, else Node on several cores), or one of `igzip`, `pigz`, `node`, with a level where wanted (`igzip:1`).',
  },
  OPTML_STOP_GRACE_SECONDS: {
    values: 'seconds',
    default: '110',
    meaning: 'After a stop signal, how long the program may save its work, and packing may last, before all is killed.',
  },
  OPTML_HOST_WAIT_SECONDS: {
    values: 'seconds',
    default: String(HOST_WAIT.totalSeconds),
    meaning: 'How long to wait until every host name of the cluster resolves (C30).',
  },
  OPTML_TYPESCRIPT: {
    values: ['tsx', 'node'],
    default: 'tsx',
    meaning: "What runs TypeScript: `tsx`, which comes with optml, or Node's own type stripping (Node 22.6 or newer).",
  },
  OPTML_ARGUMENT_ORDER: {
    values: ['sorted', 'file'],
    default: 'sorted',
    meaning: "`file` keeps the order of hyperparameters.json in the script's arguments, instead of sorting by name.",
  },
  OPTML_BOOLEAN_ARGUMENTS: {
    values: ['value', 'flag'],
    default: 'value',
    meaning: '`flag` passes true as `--name` and false as nothing, instead of `--name True` and `--name False`.',
  },
  OPTML_LOG_FORMAT: {
    values: ['text', 'json'],
    default: 'text',
    meaning: "optml's own log lines on stderr: readable text, or one JSON object a line.",
  },
} as const satisfies Record<string, SettingRow>;

interface SettingRow {
  /** The words it may be, or the kind of value. */
  readonly values: readonly string[] | 'path or s3://' | 'seconds' | 'method[:level]';
  readonly default: string;
  readonly meaning: string;
}

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
}

/** Gives the raw text of a setting and where it comes from, or undefined where it is not set. */
export type SettingSource = (
  name: keyof typeof SETTINGS,
) => { readonly text: string; readonly where: string } | undefined;

/** A source that reads environment variables; an empty variable counts as not set. */
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
    modelArchive: source('OPTML_MODEL_ARCHIVE')?.text ?? SETTINGS.OPTML_MODEL_ARCHIVE.default,
    compression: compression(source),
    stopGraceSeconds: seconds(source, 'OPTML_STOP_GRACE_SECONDS'),
    hostWaitSeconds: seconds(source, 'OPTML_HOST_WAIT_SECONDS'),
    typescript: word(source, 'OPTML_TYPESCRIPT'),
    argumentOrder: word(source, 'OPTML_ARGUMENT_ORDER'),
    booleanArguments: word(source, 'OPTML_BOOLEAN_ARGUMENTS'),
    logFormat: word(source, 'OPTML_LOG_FORMAT'),
  };
}

type WordSetting = {
  [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name]['values'] extends readonly string[] ? Name : never;
}[keyof typeof SETTINGS];

function word<Name extends WordSetting>(source: SettingSource, name: Name): (typeof SETTINGS)[Name]['values'][number] {
  const given = source(name);
  const { values } = SETTINGS[name];
  if (given === undefined) return SETTINGS[name].default;
  const found = values.find((value) => value === given.text);
  if (found === undefined) {
    throw new OptmlError('SETTING_INVALID', `expected ${name} to be ${orList(values)}, got ${quoteValue(given.text)}`, {
      where: given.where,
      fix: `Set ${name} to ${orList(values)}, or leave it out for "${SETTINGS[name].default}".`,
    });
  }
  return found;
}

function compression(source: SettingSource): string {
  const given = source('OPTML_COMPRESSION');
  const text = given?.text ?? SETTINGS.OPTML_COMPRESSION.default;
  const trouble = compressionTrouble(text);
  if (trouble === undefined) return text;
  throw new OptmlError('SETTING_INVALID', `expected OPTML_COMPRESSION to be ${trouble}, got ${quoteValue(text)}`, {
    where: given?.where,
    fix: 'Leave it out for "auto".',
  });
}

function seconds(source: SettingSource, name: 'OPTML_STOP_GRACE_SECONDS' | 'OPTML_HOST_WAIT_SECONDS'): number {
  const given = source(name);
  const text = given?.text ?? SETTINGS[name].default;
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value > MAX_SECONDS) {
    throw new OptmlError(
      'SETTING_INVALID',
      `expected ${name} to be a number of seconds, 0 to ${MAX_SECONDS}, got ${quoteValue(text)}`,
      {
        where: given?.where,
        fix: `Set ${name} to a plain number such as ${SETTINGS[name].default}.`,
      },
    );
  }
  return value;
}

// A day; longer timers would overflow sooner or later, and no platform waits so long.
const MAX_SECONDS = 86_400;

function orList(words: readonly string[]): string {
  return words.map((entry) => `"${entry}"`).join(' or ');
}
