import type { Limiter } from '../../concurrency/limiter.ts';
import type { S3Location } from '../../contract/location.ts';
import type { S3Session } from '../s3-session.ts';

/** One download. */
export interface Download {
  readonly session: S3Session;
  readonly requests: Limiter;
  readonly location: S3Location;
  /** Absolute. Its folder is there. */
  readonly file: string;
  readonly signal: AbortSignal;
  readonly onBytes: ((bytes: number) => void) | undefined;
}

/** A file that is being filled. */
export interface Target {
  readonly file: string;
  readonly descriptor: number;
}
