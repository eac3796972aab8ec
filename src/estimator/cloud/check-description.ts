import { FAILURE_REASON } from '../../contract/failure-reason.ts';
import type { TrainingJobDescription } from '../../jobs/describe/describe.ts';
import { AMOUNT, COUNT, FLAG, list, NUMBER, object, optional, TEXT, TEXTS, TIME } from './answer-shape.ts';
import { checkAnswer } from './check-answer.ts';
import { OPERATIONS } from './operations.ts';

/** The members of an answer that optml reads. Statuses may be newer than this version. */
const DESCRIPTION = object({
  TrainingJobArn: TEXT,
  TrainingJobStatus: TEXT,
  SecondaryStatus: TEXT,
  FailureReason: optional(TEXT),
  CreationTime: TIME,
  LastModifiedTime: TIME,
  TrainingStartTime: optional(TIME),
  TrainingEndTime: optional(TIME),
  TrainingTimeInSeconds: optional(AMOUNT),
  BillableTimeInSeconds: optional(AMOUNT),
  SecondaryStatusTransitions: list(
    object({ Status: TEXT, StartTime: TIME, EndTime: optional(TIME), StatusMessage: optional(TEXT) }),
  ),
  FinalMetricDataList: optional(list(object({ MetricName: TEXT, Value: NUMBER, Timestamp: TIME }))),
  ModelArtifacts: optional(object({ S3ModelArtifacts: TEXT })),
  RoleArn: optional(TEXT),
  HyperParameters: optional(TEXTS),
  Environment: optional(TEXTS),
  AlgorithmSpecification: optional(
    object({
      TrainingImage: optional(TEXT),
      AlgorithmName: optional(TEXT),
      MetricDefinitions: optional(list(object({ Name: TEXT, Regex: TEXT }))),
      ContainerEntrypoint: optional(list(TEXT)),
      ContainerArguments: optional(list(TEXT)),
    }),
  ),
  ResourceConfig: optional(
    object({
      InstanceType: optional(TEXT),
      InstanceCount: optional(COUNT),
      InstanceGroups: optional(list(object({ InstanceType: TEXT, InstanceCount: COUNT, InstanceGroupName: TEXT }))),
    }),
  ),
  InputDataConfig: optional(list(object({ ChannelName: TEXT }))),
  OutputDataConfig: optional(object({ S3OutputPath: TEXT, CompressionType: optional(TEXT) })),
  EnableManagedSpotTraining: optional(FLAG),
});

/**
 * The answer of DescribeTrainingJob, if it has the form of one. A long failure reason is cut as SageMaker cuts it.
 *
 * @throws OptmlError AWS_FAILED naming the first member that is missing or wrong.
 */
export function checkDescription(answer: Readonly<Record<string, unknown>>, name: string): TrainingJobDescription {
  const { CreationTime, TrainingJobStatus } = answer;
  const described = {
    SecondaryStatusTransitions: [],
    // Other implementations of the API leave them out.
    LastModifiedTime: CreationTime,
    SecondaryStatus: TrainingJobStatus,
    ...withoutNulls(answer),
    // Folders are named by it: a service that answers with another one is not believed.
    TrainingJobName: name,
  };
  checkAnswer(described, DESCRIPTION, OPERATIONS.describe(name));
  const checked = described as unknown as TrainingJobDescription;
  const { FailureReason: reason } = checked;
  return reason === undefined ? checked : { ...checked, FailureReason: reason.slice(0, FAILURE_REASON.maxLength) };
}

function withoutNulls(answer: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== null));
}
