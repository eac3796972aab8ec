import { EXIT_CODES } from '../contract/exit-codes.ts';
import { waitForEnd } from '../jobs/wait-for-end.ts';
import { printResult } from '../log/print.ts';
import { openJob } from './open-job.ts';

const HELP = `optml stop - stops a job of "optml run" as SageMaker does: SIGTERM, then SIGKILL after the grace period

Usage: optml stop JOB [--wait]

  JOB      its name: "optml jobs" lists them
  --wait   wait until the job has ended and its artifacts are collected
  --help   this text
`;

/**
 * The command `optml stop`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option, an unknown job, and one that has ended.
 */
export async function stopCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const job = openJob(args, variables, { command: 'optml stop', help: HELP, flags: ['wait'] });
  if (job === undefined) return EXIT_CODES.success;
  const { name, store, given } = job;
  store.requestStop(name);
  if (!given.flags.has('wait')) {
    printResult(`${name}: stopping\n`);
    return EXIT_CODES.success;
  }
  const { TrainingJobStatus: status, SecondaryStatus: secondary } = await waitForEnd(store, name);
  printResult(`${name}: ${status}${secondary === status ? '' : ` (${secondary})`}\n`);
  return EXIT_CODES.success;
}
