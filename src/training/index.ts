export { HyperparameterError, type HyperparameterProblem, hyperparameters } from './hyperparameters.ts';
export { onStop } from './on-stop.ts';
export { channelPath, checkpointPath, modelPath, outputDataPath } from './paths.ts';
export type { StandardSchema } from './standard-schema.ts';
export { type ScriptEnvironment, trainingEnvironment } from './training-environment.ts';
export type { HyperparameterValue } from './values.ts';
