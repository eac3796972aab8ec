import { setMaxListeners } from 'node:events';

/** What runs together, and is given up together: when the caller's signal says so, or when one of it fails. */
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

/**
 * Runs `work` for each item, at most `limit` at once, and takes no item before it can be worked on. The first failure gives
 * all of it up; nothing runs any more when it is thrown.
 */
export async function forEachAtOnce<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  limit: number,
  scope: AbortController,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  try {
    for await (const item of items) {
      scope.signal.throwIfAborted();
      const one = work(item)
        .catch((error: unknown) => scope.abort(error))
        .finally(() => running.delete(one));
      running.add(one);
      if (running.size >= limit) await Promise.race(running);
    }
  } catch (error) {
    scope.abort(error);
  }
  await Promise.all(running);
  scope.signal.throwIfAborted();
}
