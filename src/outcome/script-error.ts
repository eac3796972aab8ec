/** The error that ended a script, read from its last output on standard error. */
export interface ScriptError {
  /** The error's own words, such as `ValueError: bad shape`. */
  readonly message: string;
  /** Its place in the user's code, such as `train.py, line 12, in main`, or undefined. */
  readonly position: string | undefined;
  /** Its lines, if those of other processes may follow. */
  readonly traceback?: string;
  /** The process only lost a peer, and no launcher names that: the last words of processes without an error, or empty. */
  readonly silentPeer?: string;
  /** The process that failed, if a launcher started several: `rank 1`. */
  readonly who?: string;
  /** The host of that process, if the output names it. */
  readonly host?: string;
}
