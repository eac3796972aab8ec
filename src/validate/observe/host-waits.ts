/** How long hosts are waited for, in seconds. */
export interface HostWaits {
  /** From the start of a job without any output to its stop. */
  readonly silent: number;
  /**
   * From SIGTERM to the kill of a PID 1 without a handler. The kernel keeps the signal from it; it gets this time to set
   * one.
   */
  readonly unhandled: number;
  /** From the failure of one host to the kill of the others. */
  readonly others: number;
  /** From the success of one host to the kill of the others, at least. */
  readonly lagging: number;
}

/** The waits of a validation. */
export const HOST_WAITS: HostWaits = { silent: 5, unhandled: 5, others: 10, lagging: 30 };
