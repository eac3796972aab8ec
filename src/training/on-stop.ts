import { DEFAULT_STOP_GRACE_SECONDS } from '../contract/grace-periods.ts';
import { VARIABLES } from '../contract/variables.ts';

/** Takes the seconds that are left to save the work. */
export type StopCallback = (remainingSeconds: number) => void | Promise<void>;

const callbacks = new Set<StopCallback>();
let receivedAtMs: number | undefined;

/**
 * Calls `callback` when the platform stops the job (SIGTERM, contract C57), with the seconds that are left: save a
 * checkpoint, then let the program end, or call `process.exit(0)` when nothing more is to come. Without a callback
 * SIGTERM ends the program at once. An error in the callback is an error of the program.
 *
 * A callback runs between two steps of the event loop: a training loop has to `await` something now and then. Returns a
 * function that takes the callback back. One that is registered after the stop is called at once.
 */
export function onStop(callback: StopCallback): () => void {
  if (callbacks.size === 0) process.on('SIGTERM', receive);
  callbacks.add(callback);
  if (receivedAtMs !== undefined) call(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size === 0) process.off('SIGTERM', receive);
  };
}

function receive(): void {
  if (receivedAtMs !== undefined) return;
  receivedAtMs = performance.now();
  for (const callback of callbacks) call(callback);
}

function call(callback: StopCallback): void {
  // In a promise, so that what it throws, now or later, is an unhandled rejection and ends the program.
  void Promise.resolve().then(() => callback(remainingSeconds()));
}

function remainingSeconds(): number {
  const grace = Number(process.env[VARIABLES.stopGraceSeconds] || DEFAULT_STOP_GRACE_SECONDS);
  const elapsed = (performance.now() - (receivedAtMs ?? performance.now())) / 1000;
  const remaining = (Number.isFinite(grace) && grace >= 0 ? grace : DEFAULT_STOP_GRACE_SECONDS) - elapsed;
  // In milliseconds: programs print it.
  return Math.round(Math.max(0, remaining) * 1000) / 1000;
}
