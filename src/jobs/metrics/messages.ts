/** Lines of one stream of one host, whole, that came together. */
export interface LineChunk {
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly bytes: Uint8Array;
  /** Whether this is only the start of a line that is too long. */
  readonly isShortened: boolean;
}

/** What the worker is to match next. */
export interface Batch {
  readonly chunks: readonly LineChunk[];
  /** For each pattern how many lines of the batch are matched with it at most: none when it was given up. */
  readonly limits: readonly number[];
}

/** What the worker starts with. */
export interface WorkerStart {
  /** The metrics' regular expressions, in Python's dialect. */
  readonly regexes: readonly string[];
  /** Where the worker says what it is at, in the fields of {@link PROGRESS}. */
  readonly progress: Int32Array;
}

/** Fields of what the worker shares while it works. */
export const PROGRESS = { steps: 0, pattern: 1, line: 2 } as const;

/** A value that was found. */
export interface FoundValue {
  /** Index of the definition. */
  readonly metric: number;
  readonly host: string;
  readonly time: number;
  readonly value: number;
}

/** Lines that an expression matches without giving a number. */
export interface OddValues {
  /** Index of the definition. */
  readonly metric: number;
  readonly lines: number;
  /** The text of the group in the first of them, cut if it is long; undefined if the group matches nothing. */
  readonly example: string | undefined;
}

/** What the worker has found in a batch. */
export interface Findings {
  /** In the order of the lines. */
  readonly values: readonly FoundValue[];
  readonly odd: readonly OddValues[];
}
