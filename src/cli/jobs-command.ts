import { EXIT_CODES } from '../contract/exit-codes.ts';
import { listTrainingJobs } from '../jobs/describe/describe.ts';
import type { JobSummary } from '../jobs/describe/job-summary.ts';
import { openStore } from '../jobs/job-store.ts';
import { isOfNewerVersion } from '../jobs/record-shape.ts';
import { printColoured, printMessage, printResult } from '../log/print.ts';
import { durationText, localTimeText } from '../report/format.ts';
import { table } from '../report/text-table.ts';
import { visibleJson } from '../text/visible.ts';
import { pruneCommand } from './jobs/prune.ts';
import { type CommandRules, readOptions } from './options/read-options.ts';
import { usageError } from './options/usage-error.ts';
import { statusText } from './view/job-table.ts';
import { newerVersion } from './view/newer-version.ts';
import { stateColour } from './view/state-colour.ts';

const HELP = `optml jobs - lists the jobs that "optml run" has run on this machine, newest first

Usage: optml jobs [--json]
       optml jobs --prune [--older-than AGE] [--max-size SIZE] [--dry-run]

  --json            the answer of ListTrainingJobs
  --prune           remove ended jobs and caches of uploads. Delivered artifacts stay, and so do jobs with undelivered ones
  --older-than AGE  those that ended longer ago, such as 12h, 7d, 4w
  --max-size SIZE   caches, then the oldest jobs, until the rest has at most this size, such as 5GB
  --dry-run         remove nothing, and show what would be removed
  -h, --help        this text

They are recorded in OPTML_HOME (default: optml in $XDG_STATE_HOME or ~/.local/state).
`;

const HEADINGS = ['NAME', 'STATUS', 'CREATED', 'DURATION', 'ENGINE'];

/** The options of `optml jobs`. */
export const JOBS_RULES: CommandRules = {
  command: 'optml jobs',
  help: HELP,
  flags: ['json', 'prune', 'dry-run'],
  exclusive: ['json', 'prune'],
  values: ['older-than', 'max-size'],
};

/**
 * The command `optml jobs`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option.
 */
export async function jobsCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const given = readOptions(args, JOBS_RULES);
  if (given === undefined) return EXIT_CODES.success;
  if (given.flags.has('prune')) return pruneCommand(given, variables);
  const lost = ['older-than', 'max-size', 'dry-run'].find((name) => given.values.has(name) || given.flags.has(name));
  if (lost !== undefined) throw usageError(given.command, `--${lost} is an option of --prune`, 'Pass --prune too.');
  const unreadable: string[] = [];
  const jobs = openStore(variables).list((dir) => unreadable.push(dir));
  if (unreadable.length > 0) printMessage(warningOf(unreadable));
  const newer = jobs.filter(isOfNewerVersion).map(({ TrainingJobName: name }) => name);
  if (newer.length > 0) printMessage(`Warning: ${newerVersion(newer)}`);
  const asJson = () => visibleJson(`${JSON.stringify(listTrainingJobs(jobs), null, 2)}\n`);
  if (given.flags.has('json')) printResult(asJson());
  else printColoured(readable(jobs));
  return EXIT_CODES.success;
}

// Standard output may be read by a program.
function warningOf(dirs: readonly string[]): string {
  return `Warning: the list lacks jobs whose records cannot be read: ${dirs.join(', ')}. "optml describe JOB" says what to do.`;
}

function readable(jobs: readonly JobSummary[]): string {
  if (jobs.length === 0) return 'No job has been run yet.\n';
  const text = table([HEADINGS, ...jobs.map(cells)]);
  return process.stdout.isTTY === true ? coloured(text, jobs) : text;
}

// Colours have no width: they come after the columns.
function coloured(text: string, jobs: readonly JobSummary[]): string {
  const [headings = '', ...lines] = text.split('\n');
  const rows = lines.map((line, index) => {
    const job = jobs[index];
    if (job === undefined) return line;
    const at = line.indexOf(job.TrainingJobStatus, job.TrainingJobName.length);
    const end = at + job.TrainingJobStatus.length;
    return `${line.slice(0, at)}${stateColour(job.TrainingJobStatus)}${line.slice(end)}`;
  });
  return [headings, ...rows].join('\n');
}

function cells(job: JobSummary): readonly string[] {
  const end = job.TrainingEndTime ?? Date.now() / 1000;
  return [
    job.TrainingJobName,
    statusText(job),
    localTimeText(job.CreationTime),
    durationText(end - job.CreationTime),
    job.engine,
  ];
}
