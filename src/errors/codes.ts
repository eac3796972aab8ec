import { ERROR_KINDS, type ErrorCode } from './kinds.ts';

const MEANINGS: Readonly<Record<ErrorCode, string>> = {
  USAGE: 'The command line was not understood.',
  CONFIG_MISSING: 'A configuration file under `input/config` does not exist.',
  CONFIG_UNREADABLE: 'A configuration file exists but cannot be read.',
  CONFIG_NOT_UTF8: 'A configuration file holds bytes that are not UTF-8 text.',
  CONFIG_NOT_JSON: 'A configuration file is not valid JSON.',
  CONFIG_SHAPE: 'A configuration file is JSON, but a field is missing or has the wrong type.',
  HYPERPARAMETER_INVALID: 'A hyperparameter cannot be passed on, or does not fit its schema.',
  VALUE_TOO_LARGE: 'A value is too large for an argument or an environment variable.',
  SETTING_INVALID: 'A setting (`OPTML_*`, log level) has a value that it cannot have.',
  PROGRAM_MISSING: 'No entry point was given.',
  PROGRAM_NOT_FOUND: 'The entry point does not exist in the code directory.',
  PROGRAM_OUTSIDE_CODE: 'The entry point lies outside the code directory.',
  PROGRAM_INVALID: 'The entry point exists but cannot be started as given.',
  SOURCE_NOT_FOUND: 'The source location does not exist.',
  SOURCE_INVALID: 'The source location is neither a directory, an archive nor a file that can be used.',
  ARCHIVE_INVALID: 'An archive is damaged or holds entries that may not be unpacked.',
  INTERPRETER_MISSING: 'The program needs an interpreter or package manager that the image lacks.',
  TRAINING_MODULE_INVALID: '`SAGEMAKER_TRAINING_MODULE` cannot be used.',
  LAUNCHER_UNSUPPORTED: 'The launcher that the job asks for cannot start this program on this host.',
  LAUNCHER_MISSING: 'The launcher that the job asks for needs a program or package that the image lacks.',
  OUTPUT_LOCATION_INVALID: 'A destination for artifacts or intermediate output cannot be used.',
  S3_NOT_FOUND: 'There is no such bucket or object in S3.',
  S3_REFUSED: 'S3 refused a request: no credentials, expired or wrong ones, or no permission.',
  DESTINATION_INVALID: 'The file or folder to write to cannot be used.',
  REQUEST_INVALID: 'A training job request breaks the rules of the API.',
  DEFAULTS_INVALID: 'A file or variable with defaults for requests cannot be used.',
  JOB_NAME_IN_USE: 'A job of that name is running, or exists where its name must be exact.',
  JOB_NOT_FOUND: 'There is no record of such a job, or it cannot be read.',
  JOB_NEWER: 'A newer version of optml wrote the record of the job, which was to be changed.',
  JOB_HAS_ENDED: 'A job that has ended was to be stopped.',
  IMAGE_UNAVAILABLE: 'The training image cannot be pulled or built, or does not exist.',
  AWS_REFUSED:
    'SageMaker, CloudWatch Logs or STS refused a request: no credentials, expired or wrong ones, no permission, or a role that SageMaker cannot assume.',
  QUOTA_EXCEEDED: 'A quota of the AWS account does not allow the job.',
  PACKAGE_MISSING: 'This machine lacks a Python module that the job needs.',
  CHANNEL_INVALID: 'The data of a channel is not there, cannot be read or does not fit its input mode.',
  ALGORITHM_INPUT_INVALID: 'The data or the hyperparameters of a job break the rules of its algorithm.',
  ALGORITHM_INVALID: 'The declaration of an algorithm contradicts itself, or cannot be written as a specification.',
  DATA_INVALID: 'A file of a channel does not have the form of its content type.',
  USER_SCRIPT_FAILED: 'The training program ended with an exit code other than 0, or by a signal.',
  JOB_FAILED: 'A training job that a program waited for has failed.',
  INSTALL_FAILED: 'Installing the dependencies of the training program failed.',
  HOSTS_UNRESOLVED: 'Host names of the cluster did not resolve in time.',
  HOSTS_LOST: 'The hosts of a distributed job did not find one another in time, or one of them was lost.',
  S3_FAILED: 'A transfer from or to S3 failed, after several attempts where another could help.',
  CODEARTIFACT_FAILED: 'CodeArtifact gave no token or endpoint to install packages from.',
  AWS_FAILED:
    'SageMaker, CloudWatch Logs or STS could not be reached or failed, after several attempts where another could help.',
  START_FAILED: 'The operating system refused to start a process.',
  DISK_WRITE_FAILED: 'A file that the job needs could not be written, for example because the disk is full.',
  ENGINE_FAILED: 'A container engine does not do what it was asked for.',
  ENDPOINT_FAILED: 'The local AWS endpoint cannot start, or none is running.',
  PACKAGING_FAILED: 'The model artifacts could not be packaged.',
  PACKAGING_GIVEN_UP: 'Packaging was given up because the time to stop was over.',
  STOPPED: 'The job was stopped before the training program was started.',
  DEFECT: 'optml broke its own promise.',
};

/**
 * Every error code of optml with its kind and meaning. `docs/errors.md` is checked against this table.
 *
 * @example
 * ```ts
 * import { ERROR_CODES } from 'optml';
 *
 * console.log(ERROR_CODES.ARCHIVE_INVALID.kind); // user
 * ```
 */
export const ERROR_CODES = Object.fromEntries(
  Object.entries(ERROR_KINDS).map(([code, kind]) => [code, { kind, meaning: MEANINGS[code as ErrorCode] }]),
) as {
  readonly [Code in ErrorCode]: { readonly kind: (typeof ERROR_KINDS)[Code]; readonly meaning: string };
};
