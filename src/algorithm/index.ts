export type {
  ChannelDeclaration,
  ChannelDeclarations,
  ContentType,
  ContentTypeDeclaration,
  InputMode,
  TrainingChannel,
} from './channel.ts';
export { type CheckedJob, checkJob, type GivenJob } from './checks/check-job.ts';
export { describeProblems, type JobProblem } from './checks/job-problem.ts';
export { ClientError, type ClientErrorDetails } from './client-error.ts';
export type { AlgorithmLog, ChannelsOf, TrainingContext } from './context.ts';
export { type Batch, type DenseBatch, type Floats, type RowLabels, type SparseBatch, toDense } from './data/batch.ts';
export type { DataChannel } from './data/channel.ts';
export { type ChannelReader, type ChannelReaderOptions, channelReader } from './data/channel-reader.ts';
export type { DataContentType, DataFormat } from './data/content-type.ts';
export { DataError, type DataPosition, type DataRule } from './data/data-error.ts';
export type { ReaderOptions } from './data/row-parser.ts';
export type { Algorithm, AlgorithmDeclaration } from './declaration.ts';
export { defineAlgorithm } from './define-algorithm.ts';
export type { Hyperparameter, Hyperparameters } from './hyperparameter.ts';
export type { MetricDeclaration, MetricDeclarations } from './metric.ts';
export { documentationTables } from './specification/documentation.ts';
export { metricDefinitions } from './specification/metric-definitions.ts';
export { type SpecificationOptions, trainingSpecification } from './specification/specification.ts';
export type { MetricDefinition, ParameterRanges, TrainingSpecification } from './specification/specification-types.ts';
export { tuningRanges } from './specification/tuning-ranges.ts';
export type { ValueOf, ValuesOf } from './values.ts';
