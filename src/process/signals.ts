/** Signals by which a person or a supervisor ends a command of this machine. */
export const END_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const satisfies readonly NodeJS.Signals[];

/** Signals that ask a whole training job to end; after the first one the grace period runs. */
export const STOP_SIGNALS = [...END_SIGNALS, 'SIGQUIT'] as const satisfies readonly NodeJS.Signals[];

/** Signals that `train` passes on to the program, and that change nothing else. */
export const OTHER_SIGNALS = ['SIGUSR1', 'SIGUSR2', 'SIGCONT', 'SIGWINCH'] as const satisfies readonly NodeJS.Signals[];
