import type { SecondaryStatus, TrainingJobStatus } from './status.ts';

/** What happens while a job runs. Times in milliseconds since 1970. */
export type JobEvent =
  | {
      readonly type: 'status';
      readonly time: number;
      readonly status: TrainingJobStatus;
      readonly secondaryStatus: SecondaryStatus;
      readonly message: string;
    }
  /**
   * Lines of one host's output, each with its line break, or a piece of one line: its start, which is given after 250 ms, 64
   * KiB of it, or a last line without a break.
   */
  | { readonly type: 'log'; readonly time: number; readonly host: string; readonly lines: Buffer }
  | {
      readonly type: 'metric';
      readonly time: number;
      readonly host: string;
      readonly name: string;
      readonly value: number;
    }
  /**
   * Bytes done of a download, an upload or packing, and of how many where that is known. Of other work, such as the removal of
   * work files, one event with 0 of an unknown number when it begins.
   */
  | {
      readonly type: 'progress';
      readonly what: string;
      readonly doneBytes: number;
      readonly totalBytes: number | undefined;
    }
  /** A line of an engine that pulls or builds an image. */
  | { readonly type: 'engine'; readonly line: string }
  | { readonly type: 'warning'; readonly message: string };

/**
 * Receives what happens. A promise for a log event holds that host's output back until it is shown. If it throws or rejects,
 * the job goes on, and the process gets one warning.
 */
export type OnJobEvent = (event: JobEvent) => void | Promise<void>;
