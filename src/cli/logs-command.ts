import { EXIT_CODES } from '../contract/exit-codes.ts';
import { fileLogSource } from '../jobs/logs/file-log-source.ts';
import { isOver } from '../jobs/wait-for-end.ts';
import { openJob } from './open-job.ts';
import { type CommandRules, readOptions } from './options/read-options.ts';
import { showLogs } from './view/show-logs.ts';

const HELP = `optml logs - shows the output of the hosts of a job: both streams, in the order in which it arrived

Usage: optml logs JOB [--follow] [--host HOST] [--cloud]

  JOB           its name: "optml jobs" lists those of this machine
  -f, --follow  show new output until the job has ended
  --host HOST   show one host only, such as algo-1
  --cloud       a job of SageMaker, as "optml submit" creates them
  --help        this text

With several hosts, each line starts with the name of its host. On a terminal, control characters other than colors are
shown as escapes; a pipe or file gets the bytes of the job.
`;

const COMMAND = 'optml logs';

/** The options of `optml logs`. */
export const LOGS_RULES: CommandRules = {
  command: COMMAND,
  help: HELP,
  operands: ['JOB'],
  flags: ['follow', 'cloud'],
  values: ['host'],
  short: { f: 'follow' },
};

/**
 * The command `optml logs`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option, an unknown job or host.
 */
export async function logsCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const given = readOptions(args, LOGS_RULES);
  if (given === undefined) return EXIT_CODES.success;
  if (given.flags.has('cloud')) return (await import('#cli/cloud/cloud-commands')).showCloudLogs(given, variables);
  const { name, record, store } = openJob(given, variables);
  const logs = fileLogSource(store.folderOf(name), {
    hasEnded: () => isOver(store.read(name)),
  });
  await showLogs(logs, record.hosts, { job: name, given });
  return EXIT_CODES.success;
}
