import { constants } from 'node:os';

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
