import { DELIVER_RULES } from '../deliver/deliver-command.ts';
import { DESCRIBE_RULES } from '../describe-command.ts';
import { ENDPOINT_ENV_RULES } from '../endpoint/endpoint-env-command.ts';
import { ENDPOINT_RULES } from '../endpoint/endpoint-options.ts';
import { ENV_RULES } from '../env-command.ts';
import { INIT_RULES } from '../init-command.ts';
import { OPEN_RULES } from '../jobs/open-command.ts';
import { REMOVE_RULES } from '../jobs/remove-command.ts';
import { JOBS_RULES } from '../jobs-command.ts';
import { LOGS_RULES } from '../logs-command.ts';
import type { CommandRules } from '../options/read-options.ts';
import { PACK_RULES } from '../pack-command.ts';
import { STOP_RULES } from '../stop-command.ts';
import { UNPACK_RULES } from '../unpack-command.ts';
import { VALIDATE_RULES } from '../validate-command.ts';

/** A command as a shell completes it. */
export interface CompletedCommand {
  /** Its words behind `optml`. */
  readonly name: string;
  /** With dashes. */
  readonly options: readonly string[];
  /** Options that take the next word, with dashes → the words that it can be; none for a file or any text. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Words that may follow; `jobs` for names of jobs of this machine, undefined for files. */
  readonly operands?: 'jobs' | readonly string[];
}

/** What a shell completes, in the order of the help. */
export async function commandTable(): Promise<readonly CompletedCommand[]> {
  const { RUN_RULES, RERUN_RULES } = await import('#cli/run-command');
  const { ATTACH_RULES, SUBMIT_RULES } = await import('#cli/cloud/cloud-commands');
  const none = { values: new Map() };
  return [
    { name: 'train', options: ['--dry-run', '--json', '--help', '--version'], ...none, operands: [] },
    completed(ENV_RULES),
    completed(PACK_RULES),
    completed(UNPACK_RULES),
    completed(RUN_RULES),
    completed(SUBMIT_RULES),
    { ...completed(ATTACH_RULES), operands: [] },
    completed(VALIDATE_RULES),
    completed(INIT_RULES),
    completed(JOBS_RULES),
    completed(DESCRIBE_RULES),
    completed(LOGS_RULES),
    completed(STOP_RULES),
    completed(OPEN_RULES),
    completed(RERUN_RULES),
    completed(REMOVE_RULES),
    completed(DELIVER_RULES),
    { ...completed(ENDPOINT_RULES), operands: ['env'] },
    completed(ENDPOINT_ENV_RULES),
    { name: 'completion', options: ['--help'], ...none, operands: SHELLS },
  ];
}

/** The shells that have a completion. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

function completed(rules: CommandRules): CompletedCommand {
  const { command, flags, values = [], lists = [], optionalValues = [], choices = {}, operands = [] } = rules;
  const all = [...flags, ...values, ...lists, ...optionalValues, 'help'];
  const withValue = [...values, ...lists].map((name) => [`--${name}`, choices[name] ?? []] as const);
  const hasOperands = operands.length > 0 || (rules.optionalOperands ?? []).length > 0;
  return {
    name: command.replace(/^optml /, ''),
    options: all.map((name) => `--${name}`).sort(),
    values: new Map(withValue),
    ...(operands[0] === 'JOB' ? { operands: 'jobs' as const } : hasOperands ? {} : { operands: [] }),
  };
}
