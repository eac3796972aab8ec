import { EXIT_CODES } from '../contract/exit-codes.ts';
import { listTrainingJobs } from '../jobs/describe/describe.ts';
import type { JobSummary } from '../jobs/describe/job-summary.ts';
import { openStore } from '../jobs/job-store.ts';
import { isOfNewerVersion } from '../jobs/record-shape.ts';
import { printMessage, printResult } from '../log/print.ts';
import { durationText, timeText } from '../report/format.ts';
import { table } from '../report/text-table.ts';
import { visibleJson } from '../text/visible.ts';
import { readOptions } from './options/read-options.ts';
import { newerVersion } from './view/newer-version.ts';

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
  const unreadable: string[] = [];
  const jobs = openStore(variables).list((dir) => unreadable.push(dir));
  if (unreadable.length > 0) printMessage(warningOf(unreadable));
  const newer = jobs.filter(isOfNewerVersion).map(({ TrainingJobName: name }) => name);
  if (newer.length > 0) printMessage(`Warning: ${newerVersion(newer)}`);
  const asJson = () => visibleJson(`${JSON.stringify(listTrainingJobs(jobs), null, 2)}\n`);
  printResult(given.flags.has('json') ? asJson() : readable(jobs));
  return EXIT_CODES.success;
}

// Standard output may be read by a program.
function warningOf(dirs: readonly string[]): string {
  return `Warning: the list lacks jobs whose records cannot be read: ${dirs.join(', ')}. "optml describe JOB" says what to do.`;
}

function readable(jobs: readonly JobSummary[]): string {
  return jobs.length === 0 ? 'No job has been run yet.\n' : table([HEADINGS, ...jobs.map(cells)]);
}

function cells(job: JobSummary): readonly string[] {
  const end = job.TrainingEndTime ?? Date.now() / 1000;
  return [
    job.TrainingJobName,
    job.TrainingJobStatus,
    job.SecondaryStatus,
    timeText(job.CreationTime),
    durationText(end - job.CreationTime),
    job.engine,
  ];
}
