import { ERROR_KINDS, type ErrorCode, type ErrorKind } from './kinds.ts';

/** What an {@link OptmlError} contains in addition to its message. */
export interface ErrorDetails {
  /** Where it happened: a file with line and column, a field, a variable. */
  readonly where?: string | undefined;
  /** What to do about it, as an imperative. */
  readonly fix?: string | undefined;
  /** Exit code of the process; by default 1, for defects 70. */
  readonly exitCode?: number | undefined;
  readonly cause?: unknown;
  /** The failure file's text where it has a form of its own (contract C51). */
  readonly failureText?: string | undefined;
}

// The bundles of `train` and of its rare parts each hold a copy of this class, so `instanceof` cannot tell.
const brand = Symbol.for('optml.error');

/**
 * Every error that optml raises on purpose. `code` is stable, `kind` says whose fault it is.
 *
 * @example
 * ```ts
 * import { OptmlError } from 'optml';
 *
 * const error = new OptmlError('DATA_INVALID', 'the line is empty', { where: 'data.csv, line 3' });
 * console.log(error.kind, error.where); // user data.csv, line 3
 * ```
 */
export class OptmlError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly where: string | undefined;
  readonly fix: string | undefined;
  readonly exitCode: number;
  readonly failureText: string | undefined;
  readonly [brand] = true;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.kind = ERROR_KINDS[code];
    this.name = KIND_NAMES[this.kind];
    this.where = details.where;
    this.fix = details.fix;
    this.failureText = details.failureText;
    this.exitCode = details.exitCode ?? (this.kind === 'toolkit' ? 70 : 1);
  }
}

const KIND_NAMES: Readonly<Record<ErrorKind, string>> = {
  user: 'UserError',
  'entry-point': 'EntryPointError',
  infrastructure: 'InfrastructureError',
  toolkit: 'ToolkitError',
};

/**
 * Whether `error` is one of ours, from whichever bundle it comes.
 *
 * @example
 * ```ts
 * import { isOptmlError, unpackArchive } from 'optml';
 *
 * await unpackArchive('missing.tar.gz', 'copy').catch((error: unknown) => {
 *   if (!isOptmlError(error)) throw error;
 *   console.log(error.code); // ARCHIVE_INVALID
 * });
 * ```
 */
export function isOptmlError(error: unknown): error is OptmlError {
  return error instanceof Error && (error as Partial<OptmlError>)[brand] === true;
}

/** `error` itself when it is ours; anything else is a defect of optml, reported with its stack and exit code 70. */
export function asOptmlError(error: unknown): OptmlError {
  if (isOptmlError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new OptmlError('DEFECT', message, {
    fix: 'This is a defect in optml, not in your job. Please report it with the text below.',
    cause: error,
  });
}

/** The whole text for a person: what was wrong, where, what to do; for a defect also the stack. */
export function describeError(error: OptmlError): string {
  const lines = [`${error.name} ${error.code}: ${error.message}`];
  if (error.where !== undefined) lines.push(`Where: ${error.where}`);
  if (error.fix !== undefined) lines.push(`Fix: ${error.fix}`);
  if (error.kind === 'toolkit') lines.push(stackOf(error));
  return lines.join('\n');
}

function stackOf(error: OptmlError): string {
  const cause = error.cause;
  return (cause instanceof Error ? cause.stack : undefined) ?? error.stack ?? '';
}

/** The `code` of a system error (`ENOENT`, `EACCES` …), or undefined. */
export function systemErrorCode(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Whether the disk, or what the user may have of it, is full. */
export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(systemErrorCode(error) ?? '');
}
