import { DEFAULT_STOP_GRACE_SECONDS } from '../contract/grace-periods.ts';
import { VARIABLES } from '../contract/variables.ts';

/** Takes the seconds that are left to save the work. */
export type StopCallback = (remainingSeconds: number) => void | Promise<void>;

// npm passes the signal on to a script that has its own from the terminal already.
const SAME_CTRL_C_MS = 500;
// A call takes its time: 110 s that have just begun are 110 s.
const ROUNDED_UP_SECONDS = 0.1;

const callbacks = new Set<StopCallback>();
let receivedAtMs: number | undefined;

/**
 * Calls `callback` when the platform stops the job (SIGTERM, contract C57), with the whole seconds that are left: save a
 * checkpoint, then let the program end, or call `process.exit(0)` if nothing more is to come. Without a callback
 * SIGTERM ends the program immediately. An error in the callback is an error of the program.
 *
 * A callback runs between two steps of the event loop: a training loop has to `await` something now and then. Returns a
 * function that unregisters the callback. A callback that is registered after the stop is called immediately.
 *
 * In a script that is started by hand, Ctrl-C does the same. A second Ctrl-C ends the script.
 *
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs';
 * import { setImmediate as nextTurn } from 'node:timers/promises';
 * import { checkpointPath, onStop } from 'optml';
 *
 * let isStopped = false;
 * const unregister = onStop((seconds) => {
 *   console.log(`stopped, ${seconds} s left to save`);
 *   isStopped = true;
 * });
 * for (let epoch = 0; epoch < 10 && !isStopped; epoch++) await nextTurn();
 * writeFileSync(checkpointPath('state.json'), JSON.stringify({ isStopped }));
 * unregister();
 * ```
 */
export function onStop(callback: StopCallback): () => void {
  if (callbacks.size === 0) listen();
  callbacks.add(callback);
  if (receivedAtMs !== undefined) call(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size === 0) stopListening();
  };
}

function listen(): void {
  process.on('SIGTERM', receive);
  // In a job the platform decides.
  if (process.env[VARIABLES.modelDir] === undefined) process.on('SIGINT', receiveCtrlC);
}

function stopListening(): void {
  process.off('SIGTERM', receive);
  process.off('SIGINT', receiveCtrlC);
}

function receive(): void {
  if (receivedAtMs !== undefined) return;
  receivedAtMs = performance.now();
  for (const callback of callbacks) call(callback);
}

function receiveCtrlC(): void {
  const isSecond = receivedAtMs !== undefined && performance.now() - receivedAtMs > SAME_CTRL_C_MS;
  receive();
  if (!isSecond) return;
  // As without a callback.
  process.off('SIGINT', receiveCtrlC);
  process.kill(process.pid, 'SIGINT');
}

function call(callback: StopCallback): void {
  // In a promise, so that what it throws, now or later, is an unhandled rejection and ends the program.
  void Promise.resolve().then(() => callback(remainingSeconds()));
}

function remainingSeconds(): number {
  const grace = Number(process.env[VARIABLES.stopGraceSeconds] || DEFAULT_STOP_GRACE_SECONDS);
  const elapsed = (performance.now() - (receivedAtMs ?? performance.now())) / 1000;
  const remaining = (Number.isFinite(grace) && grace >= 0 ? grace : DEFAULT_STOP_GRACE_SECONDS) - elapsed;
  return Math.max(0, Math.floor(remaining + ROUNDED_UP_SECONDS));
}
