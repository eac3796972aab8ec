import { DEFAULT_LOG_LEVEL } from '../contract/log-level.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../contract/toolkit-hyperparameters.ts';
import { VARIABLES } from '../contract/variables.ts';
import { OptmlError } from '../errors/error.ts';
import { quoteValue } from '../errors/quote-value.ts';
import { pythonStr } from '../json/python-json.ts';
import type { JsonValue } from '../json/value.ts';

/** A log level as the script gets it: 10 debug, 20 info, 30 warning, 40 error, 50 critical; `true` is 1. */
export type LogLevel = bigint | boolean;

/** Python's names of log levels. */
const LEVEL_NAMES: Readonly<Record<string, number>> = {
  NOTSET: 0,
  DEBUG: 10,
  INFO: 20,
  WARN: 30,
  WARNING: 30,
  ERROR: 40,
  CRITICAL: 50,
  FATAL: 50,
};

/**
 * The log level as an integer of Python's, to which booleans belong: the hyperparameter, else
 * `SAGEMAKER_CONTAINER_LOG_LEVEL`, else 20; a number or a name in any case (section 4 of the contract).
 *
 * @throws OptmlError SETTING_INVALID when it is neither.
 */
export function readLogLevel(variables: Readonly<NodeJS.ProcessEnv>, parameter: JsonValue | undefined): LogLevel {
  if (typeof parameter === 'bigint' || typeof parameter === 'boolean') return parameter;
  const variable = variables[VARIABLES.logLevel];
  const fromParameter = parameter !== undefined && parameter !== null;
  const text = fromParameter ? pythonStr(parameter) : (variable ?? '');
  if (text.trim() === '') return BigInt(DEFAULT_LOG_LEVEL);
  const level = parseLevel(text);
  if (level !== undefined) return BigInt(level);
  const where = fromParameter
    ? `input/config/hyperparameters.json, field ${TOOLKIT_HYPERPARAMETERS.containerLogLevel}`
    : 'environment variable SAGEMAKER_CONTAINER_LOG_LEVEL';
  throw new OptmlError('SETTING_INVALID', `expected the log level to be a number or a name, got ${quoteValue(text)}`, {
    where,
    fix: `Use one of ${Object.keys(LEVEL_NAMES).join(', ')}, or a number such as 20.`,
  });
}

/** The level before the hyperparameters are known. They may replace an invalid variable, which gives the default here. */
export function earlyLogLevel(variables: Readonly<NodeJS.ProcessEnv>): number {
  return parseLevel(variables[VARIABLES.logLevel] ?? '') ?? DEFAULT_LOG_LEVEL;
}

function parseLevel(text: string): number | undefined {
  return /^\s*\d{1,6}(\.0+)?\s*$/.test(text) ? Number(text) : LEVEL_NAMES[text.trim().toUpperCase()];
}
