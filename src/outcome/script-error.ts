/** The error that ended a script, read from its last output. */
export interface ScriptError {
  /** The error's own words, such as `ValueError: bad shape`. */
  readonly message: string;
  /** Its place in the user's code, such as `train.py, line 12, in main`, or undefined. */
  readonly position: string | undefined;
  /** What it follows from, with its place: `caused by KeyError: 'label' (data.py, line 3)`. */
  readonly cause?: string | undefined;
  /** The lines that explain it, if other lines follow them. */
  readonly traceback?: string;
  /** It is only the last line that says something. */
  readonly isGuess?: true;
  /** That line is progress, a warning, or a tool's farewell: it explains no failure. */
  readonly isNote?: true;
  /** The process only lost a peer, and no launcher names that: the last words of processes without an error, or empty. */
  readonly silentPeer?: string;
  /** The process that failed, if a launcher started several: `rank 1`. */
  readonly who?: string;
  /** The host of that process, if the output names it. */
  readonly host?: string;
}

/**
 * How an error relates to the end of the program: a `fatal` one ends a process, a `signal` names only the signal that ended
 * it, a `logged` one was reported by a process that may have gone on, a `wrapper` only reports that another program failed.
 */
export type Weight = 'fatal' | 'signal' | 'logged' | 'wrapper';

/** An error of one language or tool, with its place in the output. */
export interface FoundError extends ScriptError {
  readonly weight: Weight;
  /** Index of its first line. */
  readonly at: number;
  /** Index after its last line. */
  readonly end: number;
}

/** Finds the error of one language or tool in lines of output. `codeDir` distinguishes the user's own files. */
export type FindError = (lines: readonly string[], codeDir: string) => FoundError | undefined;

/** An error as the cause of another one: `caused by KeyError: 'label' (data.py, line 3)`. */
export function describeCause(how: string, { message, position }: Pick<ScriptError, 'message' | 'position'>): string {
  const [first = ''] = message.split('\n', 1);
  return `${how} ${first}${position === undefined ? '' : ` (${position})`}`;
}
