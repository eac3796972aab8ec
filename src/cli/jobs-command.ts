import { EXIT_CODES } from '../contract/exit-codes.ts';
import { listTrainingJobs } from '../jobs/describe.ts';
import { openStore } from '../jobs/job-store.ts';
import type { JobRecord } from '../jobs/record.ts';
import { durationText, timeText } from '../report/format.ts';
import { table } from '../report/text-table.ts';
import { readOptions } from './options/read-options.ts';

const HELP = `optml jobs - lists the jobs that "optml run" has run on this machine, newest first

Usage: optml jobs [--json]

  --json   the answer of ListTrainingJobs
  --help   this text

They are recorded in OPTML_HOME (default: optml in $XDG_STATE_HOME or ~/.local/state).
`;

const HEADINGS = ['NAME', 'STATUS', 'SECONDARY STATUS', 'CREATED', 'DURATION', 'ENGINE'];

/**
 * The command `optml jobs`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option.
 */
export async function jobsCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const given = readOptions(args, { command: 'optml jobs', help: HELP, flags: ['json'] });
  if (given === undefined) return EXIT_CODES.success;
  const records = openStore(variables).list();
  const asJson = () => `${JSON.stringify(listTrainingJobs(records), null, 2)}\n`;
  process.stdout.write(given.flags.has('json') ? asJson() : readable(records));
  return EXIT_CODES.success;
}

function readable(records: readonly JobRecord[]): string {
  return records.length === 0 ? 'No job has been run yet.\n' : table([HEADINGS, ...records.map(cells)]);
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
