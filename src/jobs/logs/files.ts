import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The log of a host in the folder of its job: the lines of both streams in the order in which they ended. */
export function logFile(dir: string, host: string): string {
  return join(dir, 'logs', `${host}.log`);
}

/**
 * When the bytes of a log came: beside it, {@link TIME_ENTRY_BYTES} an entry, two little-endian doubles: the place in the
 * log (in bytes), and when what follows came (in milliseconds since 1970). Both only grow.
 */
export function timesFile(dir: string, host: string): string {
  return join(dir, 'logs', `${host}.times`);
}

/** Bytes of an entry of {@link timesFile}. */
export const TIME_ENTRY_BYTES = 16;

/** The hosts of a job that have logs, in the order of their numbers. */
export function loggedHosts(dir: string): readonly string[] {
  try {
    const names = readdirSync(join(dir, 'logs')).filter((name) => name.endsWith('.log'));
    return names.map((name) => name.slice(0, -4)).sort(compareHosts);
  } catch {
    // Nothing has been started yet.
    return [];
  }
}

/** The order of hosts by their numbers: algo-1, algo-2, algo-10. */
export function compareHosts(a: string, b: string): number {
  return hostNumber(a) - hostNumber(b) || (a < b ? -1 : Number(a > b));
}

function hostNumber(host: string): number {
  return Number(/\d+$/.exec(host)?.[0] ?? 0);
}
