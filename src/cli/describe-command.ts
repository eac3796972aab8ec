import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { describeTrainingJob } from '../jobs/describe/describe.ts';
import { UNDELIVERED, WORK_NAMES } from '../jobs/job-folder.ts';
import type { JobRecord } from '../jobs/record.ts';
import { sayNumber } from '../jobs/record-file.ts';
import { hasEnded } from '../jobs/status.ts';
import { hasUndelivered } from '../jobs/undelivered-parts.ts';
import { printResult } from '../log/print.ts';
import { visibleJson } from '../text/visible.ts';
import { openJob } from './open-job.ts';
import { type CommandRules, readOptions } from './options/read-options.ts';
import { deliverCommand } from './view/deliver-hint.ts';
import { jobTable } from './view/job-table.ts';

const HELP = `optml describe - shows a job

Usage: optml describe JOB [--json] [--cloud]

  JOB      its name: "optml jobs" lists them
  --json   the answer of DescribeTrainingJob, secrets included
  --cloud  a job of SageMaker, as "optml submit" creates them
  --help   this text
`;

/** The options of `optml describe`. */
export const DESCRIBE_RULES: CommandRules = {
  command: 'optml describe',
  help: HELP,
  operands: ['JOB'],
  flags: ['json', 'cloud'],
};

/**
 * The command `optml describe`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option or an unknown job.
 */
export async function describeCommand(
  args: readonly string[],
  variables: Readonly<NodeJS.ProcessEnv>,
): Promise<number> {
  const given = readOptions(args, DESCRIBE_RULES);
  if (given === undefined) return EXIT_CODES.success;
  if (given.flags.has('cloud')) return (await import('#cli/cloud/cloud-commands')).describeCloudJob(given, variables);
  const { name, record, store } = openJob(given, variables);
  printResult(
    given.flags.has('json')
      ? visibleJson(`${JSON.stringify(describeTrainingJob(record), sayNumber, 2)}\n`)
      : readable(record, store.folderOf(name)),
  );
  return EXIT_CODES.success;
}

function readable(record: JobRecord, dir: string): string {
  const isKept = hasEnded(record.TrainingJobStatus) && hasUndelivered(record);
  return jobTable(record, {
    place: [
      ['Engine', record.engine],
      ['Hosts', record.hosts.join(', ')],
    ],
    end: [
      ...record.outputs.map((location) => ['Output', location] as const),
      ['TensorBoard', record.tensorBoard],
      ...(record.notDelivered ?? []).map((sentence) => ['Not delivered', sentence] as const),
      ['Undelivered', isKept ? undeliveredIn(dir) : undefined],
      ['To deliver', isKept ? deliverCommand(record.TrainingJobName) : undefined],
      ['Folder', dir],
    ],
  });
}

// The folder of a killed job is cleaned up later.
function undeliveredIn(dir: string): string {
  const kept = join(dir, UNDELIVERED);
  return existsSync(kept) ? kept : join(dir, WORK_NAMES.hosts);
}
