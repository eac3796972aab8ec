/**
 * Names of environment variables that more than one part of optml reads or sets. A variable of one file alone is in that
 * file; settings of `train` are in `settings.ts`.
 */
export const VARIABLES = {
  /** The job's name, as the platform sets it (contract section 4). */
  jobName: 'TRAINING_JOB_NAME',
  /** The job's ARN, as SageMaker sets it; local runners set none or one of their own. */
  jobArn: 'TRAINING_JOB_ARN',
  region: 'AWS_REGION',
  /** For libraries that choose a network interface by it. */
  networkInterface: 'DMLC_INTERFACE',
  /** The region, as `train` exports it for scripts. */
  scriptRegion: 'SAGEMAKER_REGION',
  /** The folder that stands for `/opt/ml` (contract C8). */
  baseDir: 'SAGEMAKER_BASE_DIR',
  /** The folder of a warm pool: see `WARM_POOL_CACHE`. */
  warmPoolCache: 'SAGEMAKER_MANAGED_WARMPOOL_CACHE_DIRECTORY',
  modelDir: 'SM_MODEL_DIR',
  masterAddress: 'SM_MASTER_ADDR',
  hostRank: 'SM_CURRENT_HOST_RANK',
  /** The hyperparameter `mp_parameters` of model parallelism. */
  modelParallel: 'SM_HP_MP_PARAMETERS',
  /** "true": host names are not waited for. */
  studioLocalMode: 'SM_STUDIO_LOCAL_MODE',
  logLevel: 'SAGEMAKER_CONTAINER_LOG_LEVEL',
  stopGraceSeconds: 'OPTML_STOP_GRACE_SECONDS',
  /** The repository of packages (contract C26). */
  codeArtifact: 'CA_REPOSITORY_ARN',
  /** What only the hosts of one job know, where their runner gives it to them. No program gets it. */
  jobSecret: 'OPTML_JOB_SECRET',
  /** The source in S3 that `optml run` itself has put into the code directory. No program gets it. */
  fetchedSource: 'OPTML_FETCHED_SOURCE',
  endpoint: 'AWS_ENDPOINT_URL',
  s3Endpoint: 'AWS_ENDPOINT_URL_S3',
  /** The same, by SageMaker's older name. */
  sagemakerS3Endpoint: 'S3_ENDPOINT_URL',
} as const;

/** How the modules of our own algorithms begin in `SAGEMAKER_TRAINING_MODULE`: a job may name its own program instead. */
export const ALGORITHM_MODULES = 'optml/algorithms/';
