import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { asOptmlError, describeError } from '../../errors/error.ts';
import { openStore } from '../../jobs/job-store.ts';
import { removeJob } from '../../local/removal/remove-job.ts';
import { printMessage, printResult } from '../../log/print.ts';
import { sizeText } from '../../log/transfer-progress.ts';
import { type CommandRules, readOptions } from '../options/read-options.ts';

const HELP = `optml rm - removes jobs of this machine: their records, logs, metrics and reports

Usage: optml rm JOB... [--force]

  JOB         its name: "optml jobs" lists them
  --force     also a job whose artifacts were not delivered, which are lost, or whose engine does not answer
  -h, --help  this text

Delivered artifacts stay. A job that runs is not removed: stop it first. "optml jobs --prune" removes old jobs.
Exit code: 0 all are removed; 1 or 2 a job is not: the others are.
`;

/** The options of `optml rm`. */
export const REMOVE_RULES: CommandRules = {
  command: 'optml rm',
  help: HELP,
  operands: ['JOB'],
  isLastRepeated: true,
  flags: ['force'],
};

/**
 * The command `optml rm`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option.
 */
export async function removeCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const given = readOptions(args, REMOVE_RULES);
  if (given === undefined) return EXIT_CODES.success;
  const store = openStore(variables);
  let code: number = EXIT_CODES.success;
  for (const name of new Set(given.operands)) {
    try {
      const bytes = await removeJob(store, name, { variables, isForced: given.flags.has('force') });
      printResult(`${name}: removed (${sizeText(bytes)})\n`);
    } catch (thrown) {
      const error = asOptmlError(thrown);
      printMessage(describeError(error));
      code = Math.max(code, error.exitCode);
    }
  }
  return code;
}
