import { Limiter } from './limiter.ts';

/**
 * Runs `work` for each item, at most `limit` at the same time, and takes no item before a task may run. The first failure
 * aborts `scope` and is thrown; nothing runs any more then.
 */
export async function forEachAtOnce<Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  limit: number,
  scope: AbortController,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const limiter = new Limiter(limit);
  const running = new Set<Promise<void>>();
  const start = async (item: Item, release: () => void) => {
    try {
      await work(item);
    } catch (error) {
      scope.abort(error);
    }
    release();
  };
  try {
    let release = await limiter.acquire(scope.signal);
    for await (const item of items) {
      const one = start(item, release).finally(() => running.delete(one));
      running.add(one);
      release = await limiter.acquire(scope.signal);
    }
  } catch (error) {
    scope.abort(error);
  }
  await Promise.all(running);
  scope.signal.throwIfAborted();
}
