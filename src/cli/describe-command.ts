import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { describeTrainingJob } from '../jobs/describe/describe.ts';
import { UNDELIVERED, WORK_NAMES } from '../jobs/job-folder.ts';
import type { JobRecord } from '../jobs/record.ts';
import { sayNumber } from '../jobs/record-file.ts';
import { hasEnded } from '../jobs/status.ts';
import { hasUndelivered } from '../jobs/undelivered-parts.ts';
import { maskNamed } from '../log/masking/named-values.ts';
import { printResult } from '../log/print.ts';
import { durationText, localTimeText, valueText } from '../report/format.ts';
import { requestMask } from '../request/request-mask.ts';
import { visibleJson, visibleLine } from '../text/visible.ts';
import { openJob } from './open-job.ts';
import { deliverCommand } from './view/deliver-hint.ts';
import { shownReason } from './view/shown-reason.ts';

const HELP = `optml describe - shows a job of "optml run"

Usage: optml describe JOB [--json]

  JOB      its name: "optml jobs" lists them
  --json   the answer of DescribeTrainingJob, secrets included
  --help   this text
`;

/**
 * The command `optml describe`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option or an unknown job.
 */
export async function describeCommand(
  args: readonly string[],
  variables: Readonly<NodeJS.ProcessEnv>,
): Promise<number> {
  const job = openJob(args, variables, { command: 'optml describe', help: HELP, flags: ['json'] });
  if (job === undefined) return EXIT_CODES.success;
  const { name, record, store, given } = job;
  printResult(
    given.flags.has('json')
      ? visibleJson(`${JSON.stringify(describeTrainingJob(record), sayNumber, 2)}\n`)
      : readable(record, store.folderOf(name)),
  );
  return EXIT_CODES.success;
}

const LABEL_WIDTH = 16;
const REASON = 'Failure reason';

function readable(record: JobRecord, dir: string): string {
  const { request } = record;
  const mask = requestMask(request);
  const pairs: Array<readonly [string, string | undefined]> = [
    ['Name', record.TrainingJobName],
    ['Status', `${record.TrainingJobStatus} (${record.SecondaryStatus})`],
    [REASON, record.FailureReason && shownReason(mask(record.FailureReason), LABEL_WIDTH)],
    ['Image', request.AlgorithmSpecification?.TrainingImage],
    ['Engine', record.engine],
    ['Hosts', record.hosts.join(', ')],
    ['Created', localTimeText(record.CreationTime)],
    ['Training', trainingTime(record)],
    ['Billable', record.BillableTimeInSeconds === undefined ? undefined : `${record.BillableTimeInSeconds} s`],
    ['Model', record.ModelArtifacts?.S3ModelArtifacts],
    ...record.outputs.map((location) => ['Output', location] as const),
    ...(record.notDelivered ?? []).map((sentence) => ['Not delivered', sentence] as const),
    ...(hasEnded(record.TrainingJobStatus) && hasUndelivered(record)
      ? ([
          ['Undelivered', undeliveredIn(dir)],
          ['To deliver', deliverCommand(record.TrainingJobName)],
        ] as const)
      : []),
    ['Folder', dir],
  ];
  return [
    ...pairs.flatMap(([name, value]) =>
      value === undefined ? [] : [`${`${name}:`.padEnd(LABEL_WIDTH)}${cell(name, mask(value))}\n`],
    ),
    ...section(
      'Status time line',
      record.SecondaryStatusTransitions.map(({ Status, StartTime, EndTime, StatusMessage }) => [
        Status,
        `${localTimeText(StartTime)}  ${EndTime === undefined ? '' : durationText(EndTime - StartTime)}  ${StatusMessage}`,
      ]),
    ),
    ...section(
      'Metrics',
      (record.FinalMetricDataList ?? []).map(({ MetricName, Value }) => [MetricName, valueText(Value)]),
    ),
    ...section('Hyperparameters', masked(request.HyperParameters, mask)),
    ...section('Environment', masked(request.Environment, mask)),
  ].join('');
}

// The reason has lines.
function cell(name: string, value: string): string {
  return name === REASON ? value : visibleLine(value);
}

// The folder of a killed job is cleaned up later.
function undeliveredIn(dir: string): string {
  const kept = join(dir, UNDELIVERED);
  return existsSync(kept) ? kept : join(dir, WORK_NAMES.hosts);
}

function trainingTime(record: JobRecord): string | undefined {
  const { TrainingStartTime: start, TrainingEndTime: end } = record;
  if (start === undefined) return undefined;
  return end === undefined ? `since ${localTimeText(start)}` : `${localTimeText(start)}, ${durationText(end - start)}`;
}

function masked(
  values: Readonly<Record<string, string>> = {},
  mask: (text: string) => string,
): ReadonlyArray<readonly [string, string]> {
  return Object.entries(values).map(([name, value]) => [mask(name), mask(maskNamed(name, value))]);
}

function section(title: string, given: ReadonlyArray<readonly [string, string]>): readonly string[] {
  if (given.length === 0) return [];
  const rows = given.map(([name, value]) => [visibleLine(name), visibleLine(value)] as const);
  const width = rows.reduce((widest, [name]) => Math.max(widest, name.length), 0);
  return [`\n${title}\n`, ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}\n`)];
}
