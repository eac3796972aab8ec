export type {
  ChannelDeclaration,
  ChannelDeclarations,
  ContentType,
  ContentTypeDeclaration,
  InputMode,
  TrainingChannel,
} from './channel.ts';
export { type CheckedJob, checkJob, type GivenJob } from './check-job.ts';
export { ClientError, type ClientErrorDetails } from './client-error.ts';
export type { AlgorithmLog, ChannelsOf, TrainingContext } from './context.ts';
export type { Algorithm, AlgorithmDeclaration } from './declaration.ts';
export { defineAlgorithm } from './define-algorithm.ts';
export type { Hyperparameter, Hyperparameters } from './hyperparameter.ts';
export { describeProblems, type JobProblem } from './job-problem.ts';
export type { MetricDeclaration, MetricDeclarations } from './metric.ts';
export type { ValueOf, ValuesOf } from './values.ts';
