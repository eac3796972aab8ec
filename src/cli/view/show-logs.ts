import type { OptmlError } from '../../errors/error.ts';
import { nearest } from '../../errors/nearest.ts';
import type { LogSource } from '../../jobs/logs/log-source.ts';
import { passOutput } from '../../log/print.ts';
import type { GivenOptions } from '../options/parse-options.ts';
import { usageError } from '../options/usage-error.ts';
import { prefixLines } from './prefix-lines.ts';
import { terminalLines } from './terminal-lines.ts';

/** The job whose logs are shown, and the options `--host` and `--follow`. */
interface ShownLogs {
  readonly job: string;
  readonly given: GivenOptions;
}

/** Prints the output of all hosts of a job, or of the one that is chosen. @throws OptmlError USAGE for an unknown host. */
export async function showLogs(
  logs: Pick<LogSource, 'stream'>,
  hosts: readonly string[],
  { job, given }: ShownLogs,
): Promise<void> {
  const host = given.values.get('host');
  if (host !== undefined && !hosts.includes(host)) throw unknownHost(given.command, job, host, hosts);
  const isPrefixed = host === undefined && hosts.length > 1;
  const parts = logs.stream({ host, isFollowed: given.flags.has('follow') });
  const width = Math.max(...hosts.map(({ length }) => length));
  const isTerminal = process.stdout.isTTY === true;
  for await (const part of parts) {
    const lines = isTerminal ? terminalLines(part.lines) : part.lines;
    await passOutput(isPrefixed ? prefixLines(lines, `${part.host.padEnd(width)} | `) : lines);
  }
}

function unknownHost(command: string, job: string, host: string, hosts: readonly string[]): OptmlError {
  const near = nearest(host, hosts);
  const fix = near === undefined ? `Its hosts are ${hosts.join(', ')}.` : `Did you mean "${near}"?`;
  return usageError(command, `job ${job} has no host ${JSON.stringify(host)}`, fix);
}
