import { asOptmlError, isDiskFull, isOptmlError, OptmlError, systemErrorCode } from '../errors/error.ts';
import { limitReason } from './failure/failure-reason.ts';

// Parts that also run in a container advise a larger volume there. This machine's disk has the size that it has.
const FULL_DISK_FIX =
  'Free some space on that disk, or use another one: --output sets the location of artifacts, OPTML_HOME that of jobs.';
const FILE_IN_PATH_FIX = 'A file is in the place of a folder of this path: move it, or choose another location.';

/** What ended a job, as an error of ours: a file that the system refuses is no defect. */
export function jobError(error: unknown): OptmlError {
  const found = ownError(error);
  if (!isDiskFull(found.cause)) return found;
  const { code, message, where, exitCode, cause } = found;
  return new OptmlError(code, message, { where, fix: FULL_DISK_FIX, exitCode, cause });
}

function ownError(error: unknown): OptmlError {
  const { syscall, path } = (error ?? {}) as NodeJS.ErrnoException;
  if (isOptmlError(error) || systemErrorCode(error) === undefined || syscall === undefined) return asOptmlError(error);
  return new OptmlError('DISK_WRITE_FAILED', `a file of the job could not be used: ${(error as Error).message}`, {
    where: path,
    fix: isFileInPath(error)
      ? FILE_IN_PATH_FIX
      : 'Check that the disk has room, and that the folder belongs to this user.',
    cause: error,
  });
}

function isFileInPath(error: unknown): boolean {
  return ['ENOTDIR', 'EEXIST'].includes(systemErrorCode(error) ?? '');
}

// The platform's own failures, of which it tries some again (contract C59); all else is the job's.
const INTERNAL: ReadonlySet<string> = new Set(['DEFECT', 'ENGINE_FAILED']);

/** The failure reason of a job that such an error ended (contract C50), with what to do about it. */
export function errorReason(error: OptmlError, advice?: string): string {
  const kind = INTERNAL.has(error.code) ? 'InternalServerError' : 'ClientError';
  return limitReason(`${kind}: ${error.message}${advice ? `. ${advice}` : ''}`);
}
