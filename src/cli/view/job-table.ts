import type { TrainingJobStatus } from '../../jobs/status.ts';
import { maskNamed } from '../../log/masking/named-values.ts';
import { durationText, localTimeText, valueText } from '../../report/format.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { requestMask } from '../../request/request-mask.ts';
import { visibleLine } from '../../text/visible.ts';
import { shownReason } from './shown-reason.ts';

/** A label and its value; without a value, no line. */
export type JobRow = readonly [label: string, value: string | undefined];

/** What the table shows of a job, wherever it runs. Times in seconds since 1970. */
export interface ShownJob {
  readonly TrainingJobName: string;
  readonly TrainingJobStatus: TrainingJobStatus;
  readonly SecondaryStatus: string;
  readonly FailureReason?: string | undefined;
  readonly CreationTime: number;
  readonly TrainingStartTime?: number | undefined;
  readonly TrainingEndTime?: number | undefined;
  readonly BillableTimeInSeconds?: number | undefined;
  readonly ModelArtifacts?: { readonly S3ModelArtifacts: string } | undefined;
  readonly SecondaryStatusTransitions: readonly {
    readonly Status: string;
    readonly StartTime: number;
    readonly EndTime?: number | undefined;
    readonly StatusMessage?: string | undefined;
  }[];
  readonly FinalMetricDataList?: readonly { readonly MetricName: string; readonly Value: number }[] | undefined;
  readonly request: Pick<TrainingJobRequest, 'AlgorithmSpecification' | 'HyperParameters' | 'Environment'>;
}

/** Rows that belong to one way of running jobs. */
export interface OwnRows {
  /** After the image. */
  readonly place: readonly JobRow[];
  /** At the end. */
  readonly end: readonly JobRow[];
}

const LABEL_WIDTH = 16;
const REASON = 'Failure reason';

/** A job for a terminal, its secrets masked. */
export function jobTable(job: ShownJob, own: OwnRows): string {
  const { request } = job;
  const mask = requestMask(request);
  const rows: readonly JobRow[] = [
    ['Name', job.TrainingJobName],
    ['Status', `${job.TrainingJobStatus} (${job.SecondaryStatus})`],
    [REASON, job.FailureReason && shownReason(mask(job.FailureReason), LABEL_WIDTH)],
    ['Image', request.AlgorithmSpecification?.TrainingImage],
    ...own.place,
    ['Created', localTimeText(job.CreationTime)],
    ['Training', trainingTime(job)],
    ['Billable', job.BillableTimeInSeconds === undefined ? undefined : `${job.BillableTimeInSeconds} s`],
    ['Model', job.ModelArtifacts?.S3ModelArtifacts],
    ...own.end,
  ];
  return [
    ...rows.flatMap(([name, value]) =>
      value === undefined ? [] : [`${`${name}:`.padEnd(LABEL_WIDTH)}${cell(name, mask(value))}\n`],
    ),
    ...section(
      'Status time line',
      job.SecondaryStatusTransitions.map(({ Status, StartTime, EndTime, StatusMessage = '' }) => [
        Status,
        `${localTimeText(StartTime)}  ${EndTime === undefined ? '' : durationText(EndTime - StartTime)}  ${StatusMessage}`,
      ]),
    ),
    ...section(
      'Metrics',
      (job.FinalMetricDataList ?? []).map(({ MetricName, Value }) => [MetricName, valueText(Value)]),
    ),
    ...section('Hyperparameters', masked(request.HyperParameters, mask)),
    ...section('Environment', masked(request.Environment, mask)),
  ].join('');
}

function trainingTime({ TrainingStartTime: start, TrainingEndTime: end }: ShownJob): string | undefined {
  if (start === undefined) return undefined;
  return end === undefined ? `since ${localTimeText(start)}` : `${localTimeText(start)}, ${durationText(end - start)}`;
}

// The reason has lines.
function cell(name: string, value: string): string {
  return name === REASON ? value : visibleLine(value);
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

/** The status of a job for a line of text: `Failed`, or with what it does at the moment `InProgress (Training)`. */
export function statusText({
  TrainingJobStatus: status,
  SecondaryStatus: secondary,
}: Pick<ShownJob, 'TrainingJobStatus' | 'SecondaryStatus'>): string {
  return status === secondary ? status : `${status} (${secondary})`;
}
