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
import type { MetricDefinition } from './metrics/definitions.ts';
import { type JobOwner, type JobRecord, type MetricValue, RECORD_FORMAT } from './record.ts';
import type { StatusTransition, TrainingJobStatus } from './status.ts';

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

const DEFINITION: Members<MetricDefinition> = { Name: isText, Regex: isText };

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
  TensorBoardOutputConfig: optional(objectOf({ S3OutputPath: isText, LocalPath: optional(isText) })),
};

/** The shape of each member of a record. Another status than ours is text of a later version. */
export const RECORD_MEMBERS: Members<JobRecord> = {
  format: optional(wholeNumber(1)),
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
  algorithmMetrics: optional(listOf(objectOf(DEFINITION))),
  region: optional(isText),
  image: optional(isText),
  engine: isText,
  hosts: listOf(isText, MOST_LOCAL_HOSTS),
  runner: objectOf(RUNNER),
  outputs: listOf(isText),
  tensorBoard: optional(isText),
  undelivered: optional(isText),
  haveHostsBegun: optional(isBoolean),
  hasUncopiedCheckpoints: optional(isBoolean),
  notDelivered: optional(listOf(isText)),
  leftovers: listOf(isText),
};

const hasMembers = objectOf(RECORD_MEMBERS);

/** Whether a parsed file has the whole shape of a record: somebody may have edited it. */
export function isRecord(value: unknown): value is JobRecord {
  return !isDeeperThan(value, MOST_LEVELS) && hasMembers(value);
}

const STATUSES: ReadonlySet<string> = new Set<TrainingJobStatus>([
  'InProgress',
  'Completed',
  'Failed',
  'Stopping',
  'Stopped',
]);

/**
 * Whether a newer version of optml wrote a record. This one shows it, and changes nothing of its job: it cannot know what the
 * other needs.
 */
export function isOfNewerVersion({
  format = 1,
  TrainingJobStatus: status,
}: Pick<JobRecord, 'format' | 'TrainingJobStatus'>) {
  return format > RECORD_FORMAT || !STATUSES.has(status);
}

// What a list of jobs needs of each.
const NEEDED = ['format', 'TrainingJobName', 'TrainingJobStatus', 'CreationTime'] as const;

/** The members of a record of a newer format that this version can read, the others as if they were empty. */
export function readableRecord(value: unknown): JobRecord | undefined {
  if (isRecord(value)) return value;
  if (isDeeperThan(value, MOST_LEVELS) || typeof value !== 'object' || value === null) return undefined;
  const given = value as Partial<JobRecord>;
  const isReadable = (name: keyof JobRecord) => RECORD_MEMBERS[name](given[name]);
  if (!isNumber(given.format) || !NEEDED.every(isReadable)) return undefined;
  const known = (Object.keys(RECORD_MEMBERS) as (keyof JobRecord)[]).filter(
    (name) => given[name] !== undefined && isReadable(name),
  );
  const { TrainingJobName, TrainingJobStatus, CreationTime } = given as JobRecord;
  const empty = {
    SecondaryStatus: TrainingJobStatus,
    SecondaryStatusTransitions: [],
    LastModifiedTime: CreationTime,
    request: { TrainingJobName, OutputDataConfig: { S3OutputPath: '' } },
    engine: '',
    hosts: [],
    // No process.
    runner: { pid: Number.MAX_SAFE_INTEGER, startTicks: '0' },
    outputs: [],
    leftovers: [],
  };
  const record = { ...empty, ...Object.fromEntries(known.map((name) => [name, given[name]])) } as unknown as JobRecord;
  return isOfNewerVersion(record) ? record : undefined;
}
