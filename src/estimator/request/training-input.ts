import type { Channel, S3DataSource } from '../../request/request.ts';
import { usageError } from './usage-error.ts';

/** How a channel's data reaches the script. */
export type InputMode = 'File' | 'Pipe' | 'FastFile';

/** An address in S3. */
export type S3Uri = `s3://${string}`;

interface InputDetails {
  /** By default every host gets all data. */
  readonly distribution?: 'FullyReplicated' | 'ShardedByS3Key';
  readonly compression?: 'Gzip';
  readonly contentType?: string;
  readonly recordWrapping?: 'RecordIO';
  readonly s3DataType?: S3DataSource['S3DataType'];
  /** The instance groups that get this channel: by default all. */
  readonly instanceGroups?: readonly string[];
  /** Attributes to read of each line of an augmented manifest. */
  readonly attributeNames?: readonly string[];
  readonly targetAttributeName?: string;
  readonly shuffleConfig?: { readonly seed: number };
}

/** A channel of files: in S3, or on this machine, from where they are uploaded if the job runs elsewhere. */
export interface FileTrainingInput extends InputDetails {
  /** `s3://…`, or a path of this machine that starts with `./`, `../`, `/` or `file://`. */
  readonly s3Data: string;
  readonly inputMode?: 'File' | 'FastFile';
}

/** A channel that the script reads as a stream: it comes from S3. */
export interface PipeTrainingInput extends InputDetails {
  readonly s3Data: S3Uri;
  readonly inputMode?: 'Pipe';
}

/** The data of a channel with its details. */
export type TrainingInput = FileTrainingInput | (PipeTrainingInput & { readonly inputMode: 'Pipe' });

/** A channel in a file system of AWS. */
export interface FileSystemInput {
  readonly fileSystemId: string;
  readonly fileSystemType: 'EFS' | 'FSxLustre';
  readonly directoryPath: string;
  /** By default `ro`. */
  readonly fileSystemAccessMode?: 'ro' | 'rw';
  readonly contentType?: string;
}

/** One channel of a job with this input mode. A job in Pipe mode streams: no folder of this machine, no file system. */
export type ChannelInput<Mode extends InputMode = InputMode> = Mode extends 'Pipe'
  ? S3Uri | PipeTrainingInput | (FileTrainingInput & { readonly inputMode: 'File' | 'FastFile' })
  : string | TrainingInput | FileSystemInput;

/** The data of a job: that of its only channel, which is called `training`, or of channels by name. */
export type TrainingInputs<Mode extends InputMode = InputMode> =
  | ChannelInput<Mode>
  | { readonly [channel: string]: ChannelInput<Mode> };

/** The name of the only channel. */
const ONLY_CHANNEL = 'training';

type AnyInput = string | FileTrainingInput | PipeTrainingInput | FileSystemInput;

/** The channels of a request. @throws OptmlError USAGE for what is no input. */
export function channelsOf(inputs: TrainingInputs | undefined, mode: InputMode): readonly Channel[] | undefined {
  if (inputs === undefined || inputs === null) return undefined;
  const named = isInput(inputs) ? { [ONLY_CHANNEL]: inputs } : (inputs as Readonly<Record<string, AnyInput>>);
  if (typeof named !== 'object') throw noInput('inputs');
  return Object.entries(named).map(([name, input]) => channelOf(name, input, mode));
}

/** The input mode of the job: that of its only channel, where this one has its own. */
export function jobInputMode(inputs: TrainingInputs | undefined, mode: InputMode): InputMode {
  if (typeof inputs !== 'object' || inputs === null || !('s3Data' in inputs)) return mode;
  return (inputs as FileTrainingInput | PipeTrainingInput).inputMode ?? mode;
}

function isInput(inputs: TrainingInputs): inputs is AnyInput {
  if (typeof inputs === 'string') return true;
  const { s3Data, fileSystemId } = inputs as Readonly<Record<string, unknown>>;
  return typeof s3Data === 'string' || typeof fileSystemId === 'string';
}

function channelOf(name: string, input: AnyInput, mode: InputMode): Channel {
  const where = `inputs.${name}`;
  if (typeof input === 'string') return s3Channel(name, { s3Data: input }, mode, where);
  if (typeof input !== 'object' || input === null) throw noInput(where);
  if ('fileSystemId' in input) return fileSystemChannel(name, input, mode, where);
  if (typeof input.s3Data !== 'string') throw noInput(where);
  return s3Channel(name, input, mode, where);
}

function s3Channel(
  ChannelName: string,
  input: FileTrainingInput | PipeTrainingInput,
  mode: InputMode,
  where: string,
): Channel {
  const { s3Data, distribution, compression, contentType, recordWrapping, s3DataType = 'S3Prefix' } = input;
  const { instanceGroups, attributeNames, targetAttributeName, inputMode, shuffleConfig } = input;
  if ((inputMode ?? mode) === 'Pipe' && !/^s3:\/\//i.test(s3Data)) {
    throw usageError(`"${s3Data}" is not in S3, and Pipe streams from S3`, where, "Pass inputMode: 'File', or s3://….");
  }
  // The Python SDK leaves the distribution out for AutoML only.
  const distributed = distribution ?? (targetAttributeName === undefined ? 'FullyReplicated' : undefined);
  const source: S3DataSource = {
    S3DataType: s3DataType,
    S3Uri: s3Data,
    ...(distributed !== undefined && { S3DataDistributionType: distributed }),
    ...(instanceGroups !== undefined && { InstanceGroupNames: instanceGroups }),
    ...(attributeNames !== undefined && { AttributeNames: attributeNames }),
  };
  return {
    ChannelName,
    DataSource: { S3DataSource: source },
    ...(compression !== undefined && { CompressionType: compression }),
    ...(contentType !== undefined && { ContentType: contentType }),
    ...(recordWrapping !== undefined && { RecordWrapperType: recordWrapping }),
    ...(inputMode !== undefined && { InputMode: inputMode }),
    ...(targetAttributeName !== undefined && { TargetAttributeName: targetAttributeName }),
    ...(shuffleConfig !== undefined && { ShuffleConfig: { Seed: shuffleConfig.seed } }),
  };
}

function fileSystemChannel(ChannelName: string, input: FileSystemInput, mode: InputMode, where: string): Channel {
  const { fileSystemId, fileSystemType, directoryPath, fileSystemAccessMode = 'ro', contentType } = input;
  if (mode !== 'File') {
    throw usageError(`a file system has no ${mode} mode`, where, "Pass inputMode: 'File' to the estimator.");
  }
  return {
    ChannelName,
    DataSource: {
      FileSystemDataSource: {
        FileSystemId: fileSystemId,
        FileSystemType: fileSystemType,
        DirectoryPath: directoryPath,
        FileSystemAccessMode: fileSystemAccessMode,
      },
    },
    ...(contentType !== undefined && { ContentType: contentType }),
  };
}

function noInput(where: string) {
  return usageError(
    'expected a location, a TrainingInput or a FileSystemInput',
    where,
    'Pass a text such as "./data" or "s3://bucket/data", { s3Data }, or { fileSystemId, fileSystemType, directoryPath }.',
  );
}
