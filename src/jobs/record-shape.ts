import { MOST_LOCAL_HOSTS } from '../contract/limits.ts';
import {
  isBoolean,
  isDeeperThan,
  isNumber,
  isText,
  listOf,
  mapOf,
  objectOf,
  oneOf,
  optional,
  type Shape,
  wholeNumber,
} from '../json/shape.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import type { JobOwner, JobRecord, MetricValue } from './record.ts';
import type { StatusTransition } from './status.ts';

type Members<Of> = Readonly<Record<keyof Of, Shape>>;

// The greatest time of a Date, in seconds.
const LATEST_SECONDS = 8.64e12;
// The API nests members about ten levels deep.
const MOST_LEVELS = 100;

const isTime: Shape = (value) => isNumber(value) && Math.abs(value as number) <= LATEST_SECONDS;
const isWordForNumber: Shape = (value) => ['NaN', 'Infinity', '-Infinity'].includes(value as string);
const isHostCount = wholeNumber(0, MOST_LOCAL_HOSTS);

const TRANSITION: Members<StatusTransition> = {
  Status: isText,
  StartTime: isTime,
  EndTime: optional(isTime),
  StatusMessage: isText,
};

const METRIC: Members<MetricValue> = {
  MetricName: isText,
  Value: oneOf(isNumber, isWordForNumber),
  Timestamp: isTime,
};

const RUNNER: Members<JobOwner> = { pid: wholeNumber(1), startTicks: isText };

const GROUP = { InstanceGroupName: isText, InstanceType: isText, InstanceCount: isHostCount };

const CHANNEL = {
  ChannelName: isText,
  DataSource: objectOf({
    S3DataSource: optional(
      objectOf({ S3Uri: isText, S3DataType: optional(isText), S3DataDistributionType: optional(isText) }),
    ),
  }),
  InputMode: optional(isText),
};

// The members that commands, reports and the clean-up use. All others are only printed as JSON.
const REQUEST: Partial<Members<TrainingJobRequest>> = {
  TrainingJobName: isText,
  AlgorithmSpecification: optional(objectOf({ TrainingImage: optional(isText), TrainingInputMode: optional(isText) })),
  HyperParameters: optional(mapOf(isText)),
  Environment: optional(mapOf(isText)),
  InputDataConfig: optional(listOf(objectOf(CHANNEL))),
  OutputDataConfig: objectOf({ S3OutputPath: isText, CompressionType: optional(isText) }),
  ResourceConfig: optional(
    objectOf({
      InstanceType: optional(isText),
      InstanceCount: optional(isHostCount),
      InstanceGroups: optional(listOf(objectOf(GROUP), MOST_LOCAL_HOSTS)),
    }),
  ),
  CheckpointConfig: optional(objectOf({ S3Uri: isText })),
};

/** The shape of each member of a record. Another status than ours is text of a later version. */
export const RECORD_MEMBERS: Members<JobRecord> = {
  TrainingJobName: isText,
  TrainingJobStatus: isText,
  SecondaryStatus: isText,
  SecondaryStatusTransitions: listOf(objectOf(TRANSITION)),
  FailureReason: optional(isText),
  CreationTime: isTime,
  LastModifiedTime: isTime,
  TrainingStartTime: optional(isTime),
  TrainingEndTime: optional(isTime),
  TrainingTimeInSeconds: optional(isNumber),
  BillableTimeInSeconds: optional(isNumber),
  ModelArtifacts: optional(objectOf({ S3ModelArtifacts: isText })),
  FinalMetricDataList: optional(listOf(objectOf(METRIC))),
  request: objectOf(REQUEST as Readonly<Record<string, Shape>>),
  region: optional(isText),
  engine: isText,
  hosts: listOf(isText, MOST_LOCAL_HOSTS),
  runner: objectOf(RUNNER),
  outputs: listOf(isText),
  undelivered: optional(isText),
  hasUncopiedCheckpoints: optional(isBoolean),
  notDelivered: optional(listOf(isText)),
  leftovers: listOf(isText),
};

const hasMembers = objectOf(RECORD_MEMBERS);

/** Whether a parsed file has the whole shape of a record: somebody may have edited it. */
export function isRecord(value: unknown): value is JobRecord {
  return !isDeeperThan(value, MOST_LEVELS) && hasMembers(value);
}
