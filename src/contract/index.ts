export { EXIT_CODES, signalExitCode } from './exit-codes.ts';
export { FAILURE_REASON } from './failure-reason.ts';
export { HOST_WAIT, RESOURCE_DEFAULTS } from './hosts.ts';
export { LAUNCHER_SWITCHES, type LauncherName } from './launchers.ts';
export { MAX_ARGUMENT_BYTES } from './limits.ts';
export { DEFAULT_LOG_LEVEL } from './log-level.ts';
export { DEFAULT_BASE_DIR, type JobPaths, jobPaths, RELATIVE_PATHS } from './paths.ts';
export { MASTER_PORT } from './ports.ts';
export { SETTINGS } from './setting-table.ts';
export type { Settings } from './settings.ts';
export {
  DISTRIBUTION_INSTANCE_GROUPS,
  OPTML_PREFIX,
  SAGEMAKER_PREFIX,
  TOOLKIT_HYPERPARAMETERS,
} from './toolkit-hyperparameters.ts';
