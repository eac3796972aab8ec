import { EXIT_CODES } from '../contract/exit-codes.ts';
import { waitForEnd } from '../jobs/wait-for-end.ts';
import { printResult } from '../log/print.ts';
import { openJob } from './open-job.ts';
import { type CommandRules, readOptions } from './options/read-options.ts';
import { statusText } from './view/job-table.ts';

const HELP = `optml stop - stops a job as SageMaker does: SIGTERM, then SIGKILL after the grace period

Usage: optml stop JOB [--wait] [--cloud]

  JOB      its name: "optml jobs" lists those of this machine
  --wait   wait until the job has ended and its artifacts are collected
  --cloud  a job of SageMaker, as "optml submit" creates them
  --help   this text
`;

/** The options of `optml stop`. */
export const STOP_RULES: CommandRules = {
  command: 'optml stop',
  help: HELP,
  operands: ['JOB'],
  flags: ['wait', 'cloud'],
};

/**
 * The command `optml stop`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option, an unknown job, and one that has ended.
 */
export async function stopCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const given = readOptions(args, STOP_RULES);
  if (given === undefined) return EXIT_CODES.success;
  if (given.flags.has('cloud')) return (await import('#cli/cloud/cloud-commands')).stopCloudJob(given, variables);
  const { name, store } = openJob(given, variables);
  store.requestStop(name);
  if (!given.flags.has('wait')) {
    printResult(`${name}: stopping\n`);
    return EXIT_CODES.success;
  }
  printResult(`${name}: ${statusText(await waitForEnd(store, name))}\n`);
  return EXIT_CODES.success;
}
