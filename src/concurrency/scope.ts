import { setMaxListeners } from 'node:events';

/** Runs `action` with a controller of its own, which the caller's signal aborts too: tasks that are given up together. */
export async function withScope<Result>(
  signal: AbortSignal | undefined,
  action: (scope: AbortController) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const scope = new AbortController();
  // Each request under way listens.
  setMaxListeners(0, scope.signal);
  const onAbort = () => scope.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await action(scope);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
