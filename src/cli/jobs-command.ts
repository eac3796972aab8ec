import { EXIT_CODES } from '../contract/exit-codes.ts';
import { listTrainingJobs } from '../jobs/describe.ts';
import { openStore } from '../jobs/job-store.ts';
import type { JobRecord } from '../jobs/record.ts';
import { durationText, timeText } from '../report/format.ts';
import { parseOptions } from './parse-options.ts';

const HELP = `optml jobs - lists the jobs that "optml run" has run on this machine, newest first

Usage: optml jobs [--json]

  --json   the answer of ListTrainingJobs
  --help   this text

They are recorded in OPTML_HOME (default: optml in $XDG_STATE_HOME or ~/.local/state).
`;

const HEADINGS = ['NAME', 'STATUS', 'SECONDARY STATUS', 'STARTED', 'DURATION', 'ENGINE'];

/**
 * The command `optml jobs`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option.
 */
export async function jobsCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const { flags } = parseOptions(args, { command: 'optml jobs', flags: ['json', 'help'] });
  if (flags.has('help')) {
    process.stdout.write(HELP);
    return EXIT_CODES.success;
  }
  const records = openStore(variables).list();
  process.stdout.write(flags.has('json') ? `${JSON.stringify(listTrainingJobs(records), null, 2)}\n` : table(records));
  return EXIT_CODES.success;
}

function table(records: readonly JobRecord[]): string {
  if (records.length === 0) return 'No job has been run yet.\n';
  const rows = [HEADINGS, ...records.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

function cells(record: JobRecord): readonly string[] {
  const end = record.TrainingEndTime ?? Date.now() / 1000;
  return [
    record.TrainingJobName,
    record.TrainingJobStatus,
    record.SecondaryStatus,
    timeText(record.CreationTime),
    durationText(end - record.CreationTime),
    record.engine,
  ];
}
