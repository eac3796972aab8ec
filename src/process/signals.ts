import { constants } from 'node:os';

/** Signals by which a person or a supervisor ends a command of this machine. */
export const END_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const satisfies readonly NodeJS.Signals[];

/** Signals that ask a whole training job to end; after the first one the grace period runs. */
export const STOP_SIGNALS = [...END_SIGNALS, 'SIGQUIT'] as const satisfies readonly NodeJS.Signals[];

/** Signals that `train` passes on to the program, and that change nothing else. */
export const OTHER_SIGNALS = ['SIGUSR1', 'SIGUSR2', 'SIGCONT', 'SIGWINCH'] as const satisfies readonly NodeJS.Signals[];

// The numbers of the C library: it keeps the two real-time signals below them for itself.
const REAL_TIME = { first: 34, last: 64 };

/** The name of a signal, as `SIGTERM` or, since Node has none for real-time signals, `SIGRTMIN+6 (signal 40)`. */
export function signalName(signal: number): string {
  const name = Object.entries(constants.signals).find(([, value]) => value === signal)?.[0];
  if (name !== undefined || signal < REAL_TIME.first) return name ?? `signal ${signal}`;
  const above = signal - REAL_TIME.first;
  return `SIGRTMIN${above === 0 ? '' : `+${above}`} (signal ${signal})`;
}

/** All that {@link signalName} and Node return. */
export function signalNames(): readonly string[] {
  const numbers = Array.from({ length: REAL_TIME.last }, (_, index) => index + 1);
  return [...Object.keys(constants.signals), ...numbers.map(signalName)];
}
