/** Milliseconds of a clock that only goes forward. (`performance` would load a module of Node's at every start.) */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** Resolves after `ms` milliseconds. (Node's promise timers would load a module at every start.) */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Resolves true when `event` comes first, false when `ms` milliseconds have passed. `event` must not reject. Leaves no
 * timer behind.
 */
export function within(event: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    void event.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
