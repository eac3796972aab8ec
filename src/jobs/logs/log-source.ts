import type { LogPart } from './cursor.ts';

/** A position in the log of one host. It stays valid, also in another process. Only the source that made it can read it. */
export type LogToken = string;

/** A piece of the log of one host. */
export interface LogPage {
  /** In their order; empty when there is nothing more at present. */
  readonly parts: readonly LogPart[];
  /** Where the next page begins. For an empty page, the token with which it was read. */
  readonly next: LogToken;
}

export interface StreamOptions {
  /** Only this host; otherwise all. */
  readonly host?: string | undefined;
  /** Go on until the job has ended. By default the stream ends with what there is. */
  readonly isFollowed?: boolean;
}

/**
 * The logs of a job. The process that runs it flushes them before its final status becomes visible: a reader that has seen that
 * status finds every line.
 */
export interface LogSource {
  /** The hosts that have written something, in the order of their numbers. */
  hosts(): Promise<readonly string[]>;
  /**
   * A page of the log of `host`, from the start or from the token of an earlier page. A last line without a break is part of
   * a page once the job has ended.
   *
   * @throws OptmlError USAGE for a token of another kind.
   */
  read(host: string, from?: LogToken): Promise<LogPage>;
  /** Whole lines, those of several hosts in the order in which they came. */
  stream(options?: StreamOptions): AsyncIterable<LogPart>;
}
