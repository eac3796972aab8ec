import type { ChildProcess } from 'node:child_process';
import { within } from '../../../concurrency/clock.ts';
import { signalGroup } from '../../../process/family.ts';

/** Longest time for one step that sets a host up. It takes some 50 ms, and seconds on a busy machine. */
export const SET_UP_LIMIT_MS = 60_000;

/** Why a step of the set-up was killed. */
export const SET_UP_HANGS = `the set-up did not end within ${SET_UP_LIMIT_MS / 1000} s`;

/**
 * Kills the process group that `child` leads unless `done` resolves in time: a tool that hangs must not hang the job. Returns
 * why it was killed; undefined if it was not. `done` must not reject.
 */
export async function killUnless(
  done: Promise<unknown>,
  child: Pick<ChildProcess, 'pid'>,
  limitMs = SET_UP_LIMIT_MS,
): Promise<string | undefined> {
  if (await within(done, limitMs)) return undefined;
  if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  return `the set-up did not end within ${limitMs / 1000} s`;
}
