import type { Family } from '../../process/family.ts';

/** The messages to the watchdog: one JSON value a line. */
export type WatchdogLine = { readonly family: Family } | { readonly command: readonly string[] };
