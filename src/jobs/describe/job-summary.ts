import { isBoolean, objectOf, type Shape } from '../../json/shape.ts';
import type { JobRecord } from '../record.ts';
import { RECORD_MEMBERS } from '../record-shape.ts';

/** The members of a record that a list of jobs shows. */
const MEMBERS = [
  'format',
  'TrainingJobName',
  'TrainingJobStatus',
  'SecondaryStatus',
  'CreationTime',
  'LastModifiedTime',
  'TrainingEndTime',
  'region',
  'engine',
] as const satisfies readonly (keyof JobRecord)[];

/** What a list of jobs shows of each. */
export interface JobSummary extends Pick<JobRecord, (typeof MEMBERS)[number]> {
  /** Whether something of the job must be cleaned up if its runner is gone. */
  readonly hasLeftovers: boolean;
}

export function summaryOf(record: JobRecord): JobSummary {
  const members = MEMBERS.flatMap((name) => (record[name] === undefined ? [] : [[name, record[name]]]));
  return {
    ...(Object.fromEntries(members) as Omit<JobSummary, 'hasLeftovers'>),
    hasLeftovers: record.leftovers.length > 0,
  };
}

/** Whether a parsed JSON value has the whole shape of a summary. */
export const isSummary: Shape = objectOf({
  ...Object.fromEntries(MEMBERS.map((name) => [name, RECORD_MEMBERS[name]])),
  hasLeftovers: isBoolean,
});
