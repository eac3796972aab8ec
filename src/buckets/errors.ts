import { OptmlError } from '../errors/error.ts';

/** A bucket, an upload or a part that was there before an operation, and is not any more. */
export class GoneError extends Error {
  readonly what: 'bucket' | 'part' | 'upload';

  constructor(what: GoneError['what']) {
    super(`the ${what} does not exist any more`);
    this.name = 'GoneError';
    this.what = what;
  }
}

/** A key that this bucket cannot hold at present. Its message is a sentence, as that of `Bucket.keyProblem`. */
export class KeyError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'KeyError';
  }
}

/** The error of a write that the system refused. `bucket` names the bucket for messages. */
export function writeFailed(error: unknown, bucket: string, where: string): OptmlError {
  return new OptmlError('DISK_WRITE_FAILED', `bucket ${bucket} cannot be written: ${(error as Error).message}`, {
    where,
    fix: 'Free some space on the disk, or correct the permissions of the folder.',
    cause: error,
  });
}
