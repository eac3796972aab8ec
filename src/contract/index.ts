export {
  DEFAULT_LOG_LEVEL,
  FAILURE_REASON,
  HOST_WAIT,
  MASTER_PORT,
  MAX_ARGUMENT_BYTES,
  RESOURCE_DEFAULTS,
} from './defaults.ts';
export { EXIT_CODES, signalExitCode } from './exit-codes.ts';
export {
  DISTRIBUTION_INSTANCE_GROUPS,
  DISTRIBUTION_SWITCHES,
  OPTML_PREFIX,
  SAGEMAKER_PREFIX,
  TOOLKIT_HYPERPARAMETERS,
} from './hyperparameters.ts';
export { DEFAULT_BASE_DIR, type JobPaths, jobPaths, RELATIVE_PATHS } from './paths.ts';
export { SETTINGS, type Settings } from './settings.ts';
