// Errors as they were first declared: see main.ts.
import type { ErrorCode, ErrorKind } from '../../../src/index.ts';

export declare const ERROR_CODES: {
  readonly [Code in keyof typeof ERROR_KINDS]: {
    readonly kind: (typeof ERROR_KINDS)[Code];
    readonly meaning: string;
  };
};

export declare const ERROR_KINDS: {
  readonly USAGE: 'user';
  readonly CONFIG_MISSING: 'user';
  readonly CONFIG_UNREADABLE: 'user';
  readonly CONFIG_NOT_UTF8: 'user';
  readonly CONFIG_NOT_JSON: 'user';
  readonly CONFIG_SHAPE: 'user';
  readonly HYPERPARAMETER_INVALID: 'user';
  readonly VALUE_TOO_LARGE: 'user';
  readonly SETTING_INVALID: 'user';
  readonly PROGRAM_MISSING: 'user';
  readonly PROGRAM_NOT_FOUND: 'user';
  readonly PROGRAM_OUTSIDE_CODE: 'user';
  readonly PROGRAM_INVALID: 'user';
  readonly SOURCE_NOT_FOUND: 'user';
  readonly SOURCE_INVALID: 'user';
  readonly ARCHIVE_INVALID: 'user';
  readonly INTERPRETER_MISSING: 'user';
  readonly TRAINING_MODULE_INVALID: 'user';
  readonly LAUNCHER_UNSUPPORTED: 'user';
  readonly LAUNCHER_MISSING: 'user';
  readonly OUTPUT_LOCATION_INVALID: 'user';
  readonly S3_NOT_FOUND: 'user';
  readonly S3_REFUSED: 'user';
  readonly DESTINATION_INVALID: 'user';
  readonly REQUEST_INVALID: 'user';
  readonly JOB_NAME_IN_USE: 'user';
  readonly JOB_NOT_FOUND: 'user';
  readonly JOB_HAS_ENDED: 'user';
  readonly IMAGE_UNAVAILABLE: 'user';
  readonly CHANNEL_INVALID: 'user';
  readonly USER_SCRIPT_FAILED: 'entry-point';
  readonly INSTALL_FAILED: 'entry-point';
  readonly HOSTS_UNRESOLVED: 'infrastructure';
  readonly HOSTS_LOST: 'infrastructure';
  readonly S3_FAILED: 'infrastructure';
  readonly CODEARTIFACT_FAILED: 'infrastructure';
  readonly START_FAILED: 'infrastructure';
  readonly DISK_WRITE_FAILED: 'infrastructure';
  readonly ENGINE_FAILED: 'infrastructure';
  readonly PACKAGING_FAILED: 'infrastructure';
  readonly PACKAGING_GIVEN_UP: 'infrastructure';
  readonly STOPPED: 'infrastructure';
  readonly DEFECT: 'toolkit';
};

export interface ErrorDetails {
  readonly where?: string | undefined;
  readonly fix?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly cause?: unknown;
  readonly failureText?: string | undefined;
}

export declare function isOptmlError(error: unknown): error is OptmlError;

export declare class OptmlError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly where: string | undefined;
  readonly fix: string | undefined;
  readonly exitCode: number;
  readonly failureText: string | undefined;
  constructor(code: ErrorCode, message: string, details?: ErrorDetails);
}
