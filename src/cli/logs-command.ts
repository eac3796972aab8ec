import { EXIT_CODES } from '../contract/exit-codes.ts';
import type { OptmlError } from '../errors/error.ts';
import { nearest } from '../errors/nearest.ts';
import { fileLogSource } from '../jobs/logs/file-log-source.ts';
import { isOver } from '../jobs/wait-for-end.ts';
import { passOutput } from '../log/print.ts';
import { openJob } from './open-job.ts';
import { usageError } from './options/usage-error.ts';
import { prefixLines } from './view/prefix-lines.ts';
import { terminalLines } from './view/terminal-lines.ts';

const HELP = `optml logs - shows the output of the hosts of a job: both streams, in the order in which it arrived

Usage: optml logs JOB [--follow] [--host HOST]

  JOB           its name: "optml jobs" lists them
  -f, --follow  show new output until the job has ended
  --host HOST   show one host only, such as algo-1
  --help        this text

With several hosts, each line starts with the name of its host. On a terminal, control characters other than colors are
shown as escapes; a pipe or file gets the bytes of the job.
`;

const COMMAND = 'optml logs';

/**
 * The command `optml logs`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option, an unknown job or host.
 */
export async function logsCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const job = openJob(args, variables, {
    command: COMMAND,
    help: HELP,
    flags: ['follow'],
    values: ['host'],
    short: { f: 'follow' },
  });
  if (job === undefined) return EXIT_CODES.success;
  const { name, record, store, given } = job;
  const { hosts } = record;
  const host = given.values.get('host');
  if (host !== undefined && !hosts.includes(host)) throw unknownHost(name, host, hosts);
  const isPrefixed = host === undefined && hosts.length > 1;
  const logs = fileLogSource(store.folderOf(name), {
    hasEnded: () => isOver(store.read(name)),
  });
  const parts = logs.stream({ host, isFollowed: given.flags.has('follow') });
  const width = Math.max(...hosts.map(({ length }) => length));
  const isTerminal = process.stdout.isTTY === true;
  for await (const part of parts) {
    const lines = isTerminal ? terminalLines(part.lines) : part.lines;
    await passOutput(isPrefixed ? prefixLines(lines, `${part.host.padEnd(width)} | `) : lines);
  }
  return EXIT_CODES.success;
}

function unknownHost(job: string, host: string, hosts: readonly string[]): OptmlError {
  const near = nearest(host, hosts);
  const fix = near === undefined ? `Its hosts are ${hosts.join(', ')}.` : `Did you mean "${near}"?`;
  return usageError(COMMAND, `job ${job} has no host ${JSON.stringify(host)}`, fix);
}
