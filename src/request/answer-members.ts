import { isObject } from './is-json-object.ts';
import type { Problem } from './problem.ts';

/** Members by which DescribeTrainingJob's answer tells how a job goes: status, times, metrics. */
export const PROGRESS_MEMBERS = [
  'TrainingJobStatus',
  'SecondaryStatus',
  'FailureReason',
  'CreationTime',
  'TrainingStartTime',
  'TrainingEndTime',
  'LastModifiedTime',
  'SecondaryStatusTransitions',
  'FinalMetricDataList',
  'TrainingTimeInSeconds',
  'BillableTimeInSeconds',
] as const;

/** Members that DescribeTrainingJob's answer has beside those of the request. */
const ANSWER_MEMBERS: ReadonlySet<string> = new Set([
  ...PROGRESS_MEMBERS,
  'TrainingJobArn',
  'TuningJobArn',
  'LabelingJobArn',
  'AutoMLJobArn',
  'ModelArtifacts',
  'DebugRuleEvaluationStatuses',
  'ProfilerRuleEvaluationStatuses',
  'ProfilingStatus',
  'WarmPoolStatus',
  'OutputModelPackageArn',
  'ProgressInfo',
  'ResponseMetadata',
]);

/**
 * The problems of a request, with one instead of many if it is the answer of DescribeTrainingJob: that of all the members that
 * the answer has beside the request.
 */
export function joinAnswerMembers(value: unknown, problems: readonly Problem[]): readonly Problem[] {
  const names = isObject(value) ? Object.keys(value).filter((name) => ANSWER_MEMBERS.has(name)) : [];
  if (names.length < 2) return problems;
  const others = problems.filter(({ path }) => !ANSWER_MEMBERS.has(path));
  const message = `this is the answer of DescribeTrainingJob, which has more members than the request`;
  return [{ path: '', message, fix: `Leave out ${names.join(', ')}.` }, ...others];
}
