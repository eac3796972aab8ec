export { type ChannelPipeOptions, channelPipe } from './channel-pipe.ts';
export { onStop } from './on-stop.ts';
export { reportMetric } from './report-metric.ts';
export { type ScriptEnvironment, trainingEnvironment } from './script-environment.ts';
export { HyperparameterError, type HyperparameterProblem, hyperparameters } from './script-hyperparameters.ts';
export { channelPath, checkpointPath, modelPath, outputDataPath } from './script-paths.ts';
export type { StandardSchema } from './standard-schema.ts';
export type { HyperparameterValue } from './values.ts';
