export {
  DEFAULT_LOG_LEVEL,
  FAILURE_REASON,
  HOST_WAIT,
  MASTER_PORT,
  MAX_ARGUMENT_BYTES,
  RESOURCE_DEFAULTS,
} from './defaults.ts';
export { EXIT_CODES, signalExitCode } from './exit-codes.ts';
export { LAUNCHER_SWITCHES, type LauncherName } from './launchers.ts';
export { DEFAULT_BASE_DIR, type JobPaths, jobPaths, RELATIVE_PATHS } from './paths.ts';
export { SETTINGS } from './setting-table.ts';
export type { Settings } from './settings.ts';
export {
  DISTRIBUTION_INSTANCE_GROUPS,
  OPTML_PREFIX,
  SAGEMAKER_PREFIX,
  TOOLKIT_HYPERPARAMETERS,
} from './toolkit-hyperparameters.ts';
