import { monotonicMs, sleep } from '../concurrency/clock.ts';
import { type Family, findFamily, type LiveProcess, sendSignal } from './family.ts';

const POLL_MS = 25;
// A killed process is gone in a moment, unless the kernel holds it in a system call.
const KILL_WAIT_MS = 3000;

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

/** Kills every process of a family, those too that it starts while being killed. */
export async function killFamily(family: Family): Promise<void> {
  await waitUntil(() => {
    const left = findFamily(family);
    for (const { pid } of left) sendSignal(pid, 'SIGKILL');
    return left.length === 0;
  }, KILL_WAIT_MS);
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
