import { monotonicMs, sleep } from '../concurrency/clock.ts';
import { type Family, findFamily, type LiveProcess, sendSignal, signalGroup } from './family.ts';

const POLL_MS = 25;
// A killed process is gone in a moment, unless the kernel holds it in a system call.
const KILL_WAIT_MS = 3000;
// Of listing processes without a pause: a family with a limit on its processes is stopped after a few.
const MOST_ROUNDS = 20;

/**
 * Ends what is left of a family: SIGTERM, `graceMs` milliseconds, SIGKILL. Returns the processes that were left at the
 * beginning; an empty list when there was nothing to do.
 */
export async function endFamily(family: Family, graceMs: number): Promise<readonly LiveProcess[]> {
  const left = findFamily(family);
  if (left.length === 0) return left;
  for (const { pid } of left) sendSignal(pid, 'SIGTERM');
  const gone = await waitUntil(() => findFamily(family).length === 0, graceMs);
  if (!gone) await killFamily(family);
  return left;
}

/**
 * Kills every process of a family, those too that it starts meanwhile. A family that forks faster than it can be listed
 * is stopped first: a stopped process starts no other.
 */
export async function killFamily(family: Family): Promise<void> {
  await waitUntil(() => {
    const left = findFamily(family);
    // The kernel signals a whole group in one step.
    if (left.some((member) => member.isInGroup)) signalGroup(family.leader, 'SIGKILL');
    for (const pid of stopAll(left, family)) sendSignal(pid, 'SIGKILL');
    return left.length === 0;
  }, KILL_WAIT_MS);
}

/** Stops these processes, and those that they have started meanwhile, until no further one runs. Returns them all. */
function stopAll(known: readonly LiveProcess[], family: Family): ReadonlySet<number> {
  const stopped = new Set<number>();
  let running = known;
  for (let round = 0; round < MOST_ROUNDS && running.length > 0; round++) {
    for (const { pid } of running) {
      sendSignal(pid, 'SIGSTOP');
      stopped.add(pid);
    }
    running = findFamily(family).filter(({ pid }) => !stopped.has(pid));
  }
  return stopped;
}

/** Waits until no process is left in the group, `timeoutMs()` milliseconds at most; asks for the time left each time. */
export async function waitForGroup(family: Family, timeoutMs: () => number): Promise<boolean> {
  const isGone = () => !findFamily(family).some((member) => member.isInGroup);
  while (!isGone()) {
    if (timeoutMs() <= 0) return false;
    await sleep(POLL_MS);
  }
  return true;
}

async function waitUntil(isDone: () => boolean, timeoutMs: number): Promise<boolean> {
  const end = monotonicMs() + timeoutMs;
  while (!isDone()) {
    if (monotonicMs() >= end) return false;
    await sleep(POLL_MS);
  }
  return true;
}
