/** What MaxRuntimeInSeconds is when nothing is given. */
export const DEFAULT_RUNTIME_SECONDS = 86_400;

/** The hyperparameter that says where the source is (contract C21). */
export const SOURCE_PARAMETER = 'sagemaker_submit_directory';
