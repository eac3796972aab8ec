import type { Family } from '../../process/family.ts';

/** What the watchdog is told: one JSON value a line. */
export type WatchdogLine = { readonly family: Family } | { readonly command: readonly string[] };
