/** Whose fault an error is; decides how it is shown and, for our own defects, the exit code. */
export type ErrorKind = 'user' | 'entry-point' | 'infrastructure' | 'toolkit';

/** The kind of every error. Apart from what the codes mean, which no job needs to load. */
export const ERROR_KINDS = {
  USAGE: 'user',
  CONFIG_MISSING: 'user',
  CONFIG_UNREADABLE: 'user',
  CONFIG_NOT_UTF8: 'user',
  CONFIG_NOT_JSON: 'user',
  CONFIG_SHAPE: 'user',
  HYPERPARAMETER_INVALID: 'user',
  VALUE_TOO_LARGE: 'user',
  SETTING_INVALID: 'user',
  PROGRAM_MISSING: 'user',
  PROGRAM_NOT_FOUND: 'user',
  PROGRAM_OUTSIDE_CODE: 'user',
  PROGRAM_INVALID: 'user',
  SOURCE_NOT_FOUND: 'user',
  SOURCE_INVALID: 'user',
  ARCHIVE_INVALID: 'user',
  INTERPRETER_MISSING: 'user',
  TRAINING_MODULE_INVALID: 'user',
  LAUNCHER_UNSUPPORTED: 'user',
  OUTPUT_LOCATION_INVALID: 'user',
  S3_NOT_FOUND: 'user',
  S3_REFUSED: 'user',
  DESTINATION_INVALID: 'user',
  USER_SCRIPT_FAILED: 'entry-point',
  INSTALL_FAILED: 'entry-point',
  HOSTS_UNRESOLVED: 'infrastructure',
  S3_FAILED: 'infrastructure',
  CODEARTIFACT_FAILED: 'infrastructure',
  START_FAILED: 'infrastructure',
  DISK_WRITE_FAILED: 'infrastructure',
  PACKAGING_FAILED: 'infrastructure',
  PACKAGING_GIVEN_UP: 'infrastructure',
  STOPPED: 'infrastructure',
  DEFECT: 'toolkit',
} as const satisfies Record<string, ErrorKind>;

/** A stable error code: tools may match on it, texts may improve. */
export type ErrorCode = keyof typeof ERROR_KINDS;
