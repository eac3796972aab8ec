import type { FileState } from './folder-files.ts';

/** What is known of one file of a folder that is uploaded. */
export interface TrackedFile {
  /** Below the folder, with slashes. */
  readonly path: string;
  /** As listed last; undefined when it is gone. */
  state: FileState | undefined;
  /** When this state was listed first, by a monotonic clock in milliseconds. */
  sinceMs: number;
  /** Whether it had no writer when it was looked at, in this state or an earlier one. */
  isClosed: boolean;
  /** Whether it waits for its upload, or is being uploaded. */
  isBusy: boolean;
  /** The state that S3 has. */
  uploaded: FileState | undefined;
  /** Attempts that failed, one after the other. */
  failures: number;
  /** Not to be tried again before, by a monotonic clock in milliseconds. */
  notBeforeMs: number;
  /** Why it is not uploaded, as far as that is known. */
  problem: string | undefined;
  /** Attempts that are left to it. */
  attemptsLeft: number;
}

export function trackFile(path: string): TrackedFile {
  return {
    path,
    state: undefined,
    sinceMs: 0,
    isClosed: false,
    isBusy: false,
    uploaded: undefined,
    failures: 0,
    notBeforeMs: 0,
    problem: undefined,
    attemptsLeft: Number.POSITIVE_INFINITY,
  };
}

/** Whether the file is there in a state that S3 does not have. */
export function isPending({ state, uploaded }: TrackedFile): boolean {
  return state !== undefined && state.stamp !== uploaded?.stamp;
}
