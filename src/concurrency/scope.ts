import { setMaxListeners } from 'node:events';

/** A controller of its own that the caller's signal aborts too, until it is closed. */
export interface Scope {
  readonly controller: AbortController;
  readonly close: () => void;
}

/** Opens a scope for many tasks: a signal of the caller warns when more than ten listen to it. To be closed. */
export function openScope(signal: AbortSignal | undefined): Scope {
  signal?.throwIfAborted();
  const controller = new AbortController();
  // Each request under way listens.
  setMaxListeners(0, controller.signal);
  const onAbort = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  return { controller, close: () => signal?.removeEventListener('abort', onAbort) };
}

/** Runs `action` with a controller of its own, which the caller's signal aborts too: tasks that are given up together. */
export async function withScope<Result>(
  signal: AbortSignal | undefined,
  action: (scope: AbortController) => Promise<Result>,
): Promise<Result> {
  const { controller, close } = openScope(signal);
  try {
    return await action(controller);
  } finally {
    close();
  }
}
