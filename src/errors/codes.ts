/**
 * Every error code of optml with its kind and meaning. Codes are stable API: tools may match on them, texts may improve.
 * `docs/errors.md` is checked against this table.
 */
export const ERROR_CODES = {
  USAGE: { kind: 'user', meaning: 'The command line was not understood.' },
  CONFIG_MISSING: { kind: 'user', meaning: 'A configuration file under `input/config` does not exist.' },
  CONFIG_UNREADABLE: { kind: 'user', meaning: 'A configuration file exists but cannot be read.' },
  CONFIG_NOT_UTF8: { kind: 'user', meaning: 'A configuration file holds bytes that are not UTF-8 text.' },
  CONFIG_NOT_JSON: { kind: 'user', meaning: 'A configuration file is not valid JSON.' },
  CONFIG_SHAPE: {
    kind: 'user',
    meaning: 'A configuration file is JSON, but a field is missing or has the wrong type.',
  },
  HYPERPARAMETER_INVALID: {
    kind: 'user',
    meaning: 'A hyperparameter cannot be passed on, or does not fit its schema.',
  },
  VALUE_TOO_LARGE: { kind: 'user', meaning: 'A value is too large for an argument or an environment variable.' },
  SETTING_INVALID: { kind: 'user', meaning: 'A setting (`OPTML_*`, log level) has a value that it cannot have.' },
  PROGRAM_MISSING: { kind: 'user', meaning: 'No entry point was given.' },
  PROGRAM_NOT_FOUND: { kind: 'user', meaning: 'The entry point does not exist in the code directory.' },
  PROGRAM_OUTSIDE_CODE: { kind: 'user', meaning: 'The entry point lies outside the code directory.' },
  PROGRAM_INVALID: { kind: 'user', meaning: 'The entry point exists but cannot be started as given.' },
  SOURCE_NOT_FOUND: { kind: 'user', meaning: 'The source location does not exist.' },
  SOURCE_INVALID: {
    kind: 'user',
    meaning: 'The source location is neither a directory, an archive nor a file that can be used.',
  },
  ARCHIVE_INVALID: { kind: 'user', meaning: 'An archive is damaged or holds entries that may not be unpacked.' },
  INTERPRETER_MISSING: {
    kind: 'user',
    meaning: 'The program needs an interpreter or package manager that the image lacks.',
  },
  TRAINING_MODULE_INVALID: { kind: 'user', meaning: '`SAGEMAKER_TRAINING_MODULE` cannot be used.' },
  LAUNCHER_UNSUPPORTED: { kind: 'user', meaning: 'The job asks for a distributed launcher that this version lacks.' },
  OUTPUT_LOCATION_INVALID: {
    kind: 'user',
    meaning: 'A destination for artifacts or intermediate output cannot be used.',
  },
  S3_UNSUPPORTED: { kind: 'user', meaning: 'An `s3://` location was given where this version cannot use one.' },
  DESTINATION_INVALID: { kind: 'user', meaning: 'The file or folder to write to cannot be used.' },
  USER_SCRIPT_FAILED: {
    kind: 'entry-point',
    meaning: 'The training program ended with an exit code other than 0, or by a signal.',
  },
  INSTALL_FAILED: { kind: 'entry-point', meaning: 'Installing the dependencies of the training program failed.' },
  HOSTS_UNRESOLVED: { kind: 'infrastructure', meaning: 'Host names of the cluster did not resolve in time.' },
  START_FAILED: { kind: 'infrastructure', meaning: 'The operating system refused to start a process.' },
  DISK_WRITE_FAILED: {
    kind: 'infrastructure',
    meaning: 'A file that the job needs could not be written, for example because the disk is full.',
  },
  PACKAGING_FAILED: { kind: 'infrastructure', meaning: 'The model artifacts could not be packaged.' },
  PACKAGING_GIVEN_UP: { kind: 'infrastructure', meaning: 'Packaging was given up because the time to stop was over.' },
  STOPPED: { kind: 'infrastructure', meaning: 'The job was stopped before the training program was started.' },
  DEFECT: { kind: 'toolkit', meaning: 'optml broke its own promise.' },
} as const satisfies Record<string, { kind: ErrorKind; meaning: string }>;

/** Whose fault an error is; decides how it is shown and, for our own defects, the exit code. */
export type ErrorKind = 'user' | 'entry-point' | 'infrastructure' | 'toolkit';

/** A stable error code, a key of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;
