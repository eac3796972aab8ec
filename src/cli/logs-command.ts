import { EXIT_CODES } from '../contract/exit-codes.ts';
import { OptmlError } from '../errors/error.ts';
import { nearest } from '../errors/nearest.ts';
import { openStore } from '../jobs/job-store.ts';
import type { LogPart } from '../jobs/logs/cursor.ts';
import { readLogs } from '../jobs/logs/reader.ts';
import { hasEnded } from '../jobs/status.ts';
import { parseOptions } from './parse-options.ts';

const HELP = `optml logs - shows what the hosts of a job wrote, both streams, in the order in which it came

Usage: optml logs JOB [--follow] [--host HOST]

  JOB           its name: "optml jobs" lists them
  -f, --follow  goes on until the job has ended
  --host HOST   of one host only, such as algo-1
  --help        this text

With several hosts each line begins with the name of its own.
`;

/**
 * The command `optml logs`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option, an unknown job or host.
 */
export async function logsCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const { operands, flags, values } = parseOptions(args, {
    command: 'optml logs',
    operands: ['JOB'],
    flags: ['follow', 'help'],
    values: ['host'],
    short: { f: 'follow' },
  });
  if (flags.has('help')) {
    process.stdout.write(HELP);
    return EXIT_CODES.success;
  }
  const [name = ''] = operands;
  const store = openStore(variables);
  const { hosts } = store.read(name);
  const host = values.get('host');
  if (host !== undefined && !hosts.includes(host)) throw unknownHost(name, host, hosts);
  const isPrefixed = host === undefined && hosts.length > 1;
  const parts = readLogs(store.folderOf(name), {
    host,
    ...(flags.has('follow') && { hasEnded: () => hasEnded(store.read(name).TrainingJobStatus) }),
  });
  for await (const part of parts) await show(isPrefixed ? prefixed(part, hosts) : part.lines);
  return EXIT_CODES.success;
}

function unknownHost(job: string, host: string, hosts: readonly string[]): OptmlError {
  const near = nearest(host, hosts);
  return new OptmlError('USAGE', `optml logs: job ${job} has no host ${JSON.stringify(host)}`, {
    fix: near === undefined ? `Its hosts are ${hosts.join(', ')}.` : `Did you mean "${near}"?`,
    exitCode: EXIT_CODES.usage,
  });
}

// Bytes are passed on as they are: one byte is one character here, so that nothing is lost that is not UTF-8.
function prefixed({ host, lines }: LogPart, hosts: readonly string[]): Buffer {
  const prefix = `${host.padEnd(Math.max(...hosts.map(({ length }) => length)))} | `;
  const text = lines.toString('latin1');
  const isWhole = text.endsWith('\n');
  const body = (isWhole ? text.slice(0, -1) : text).replaceAll('\n', `\n${prefix}`);
  return Buffer.from(`${prefix}${body}\n`, 'latin1');
}

function show(bytes: Buffer): Promise<void> | undefined {
  if (process.stdout.write(bytes)) return undefined;
  return new Promise((resolve) => process.stdout.once('drain', resolve));
}
