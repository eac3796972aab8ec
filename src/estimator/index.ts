export type { FollowOptions, JobUpdate } from './cloud/cloud-platform.ts';
export {
  type AttachOptions,
  Estimator,
  type FitOptions,
  type JobVariant,
  type Tunable,
} from './estimator.ts';
export type {
  CheckpointOptions,
  CommonOptions,
  EstimatorOptions,
  ImageOptions,
  InstanceGroup,
  InstanceOptions,
  JobOptions,
  SourceOptions,
  SpotOptions,
  VpcOptions,
} from './estimator-options.ts';
export type { MetricRow } from './job-platform.ts';
export type { Preset } from './preset.ts';
export type { FrameworkOptions, ScriptOptions } from './presets/framework-options.ts';
export { PyTorch, type PyTorchOptions } from './presets/pytorch.ts';
export { ScikitLearn, type ScikitLearnOptions } from './presets/scikit-learn.ts';
export { TensorFlowJs, type TensorFlowJsOptions } from './presets/tensorflow-js.ts';
export { XGBoost, type XGBoostOptions } from './presets/xgboost.ts';
export type { Distribution } from './request/distribution.ts';
export type { Hyperparameter, Hyperparameters } from './request/hyperparameters.ts';
export type {
  FileSystemInput,
  FileTrainingInput,
  InputMode,
  PipeTrainingInput,
  TrainingInput,
  TrainingInputs,
} from './request/training-input.ts';
export type { LocalJobOptions, SessionOptions } from './session.ts';
export type { LogOption } from './show-updates.ts';
export {
  type LogUpdate,
  type StatusUpdate,
  TrainingJob,
  type WaitForJobOptions,
  type WaitOptions,
} from './training-job.ts';
