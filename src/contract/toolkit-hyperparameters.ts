/**
 * Names of hyperparameters that mean something to the toolkit; kept from the script (contract C22).
 *
 * @example
 * ```ts
 * import { TOOLKIT_HYPERPARAMETERS } from 'optml/contract';
 *
 * console.log(TOOLKIT_HYPERPARAMETERS.submitDirectory); // sagemaker_submit_directory
 * ```
 */
export const TOOLKIT_HYPERPARAMETERS = {
  program: 'sagemaker_program',
  submitDirectory: 'sagemaker_submit_directory',
  enableCloudwatchMetrics: 'sagemaker_enable_cloudwatch_metrics',
  region: 'sagemaker_region',
  containerLogLevel: 'sagemaker_container_log_level',
  jobName: 'sagemaker_job_name',
  s3Output: 'sagemaker_s3_output',
  defaultUserModuleName: 'default_user_module_name',
  tuningObjectiveMetric: '_tuning_objective_metric',
} as const;

/**
 * Prefix of the platform's hyperparameters, case-sensitive (C22).
 *
 * @example
 * ```ts
 * import { SAGEMAKER_PREFIX } from 'optml/contract';
 *
 * console.log('sagemaker_program'.startsWith(SAGEMAKER_PREFIX)); // true
 * ```
 */
export const SAGEMAKER_PREFIX = 'sagemaker_';

/**
 * Prefix of optml's own settings; kept from the script (C22).
 *
 * @example
 * ```ts
 * import { OPTML_PREFIX } from 'optml/contract';
 *
 * console.log('optml_package'.startsWith(OPTML_PREFIX)); // true
 * ```
 */
export const OPTML_PREFIX = 'optml_';

/**
 * The instance groups that take part in a distributed run (C60).
 *
 * @example
 * ```ts
 * import { DISTRIBUTION_INSTANCE_GROUPS } from 'optml/contract';
 *
 * const hyperparameters = { [DISTRIBUTION_INSTANCE_GROUPS]: JSON.stringify(['gpus']) };
 * console.log(hyperparameters.sagemaker_distribution_instance_groups); // ["gpus"]
 * ```
 */
export const DISTRIBUTION_INSTANCE_GROUPS = 'sagemaker_distribution_instance_groups';
