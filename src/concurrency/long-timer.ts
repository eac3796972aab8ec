// Node's timers overflow beyond 24.8 days; a job may run for 28.
const LONGEST_MS = 2 ** 31 - 1;

/** Calls `action` after `ms` milliseconds, however many they are. Returns what calls it off. */
export function afterMs(ms: number, action: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number) => {
    const step = Math.min(Math.max(0, left), LONGEST_MS);
    timer = setTimeout(() => (left > step ? wait(left - step) : action()), step);
  };
  wait(ms);
  return () => clearTimeout(timer);
}
