import type { HostRun } from '../../engines/engine.ts';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';
import { isInit } from '../image/start-of-container.ts';
import type { TermHandling } from './observation.ts';

const SIGTERM_BIT = 0x4000;
// A job may start processes without end.
const MOST_PROCESSES = 200;

/** How the processes of a host that runs take SIGTERM at this moment. */
export async function termHandling(run: HostRun): Promise<TermHandling> {
  const pid = await run.firstPid?.();
  const status = pid === undefined ? undefined : statusOf(pid);
  if (pid === undefined || status === undefined) return { isCaught: undefined, isIgnored: undefined };
  // An init program waits for signals, without handlers, and passes them on.
  const isCaught = isInit(/^Name:\s*(.+)$/m.exec(status)?.[1] ?? '') ? undefined : hasBit(status, 'SigCgt');
  const others = descendantsOf(pid).flatMap((child) => hasBit(statusOf(child), 'SigIgn') ?? []);
  return { isCaught, isIgnored: others.length === 0 ? undefined : others.every(Boolean) };
}

/** The processes that descend from one, as far as they are there. */
function descendantsOf(first: number): readonly number[] {
  const found: number[] = [];
  for (let open = childrenOf(first); open.length > 0 && found.length < MOST_PROCESSES; ) {
    found.push(...open);
    open = open.flatMap(childrenOf);
  }
  return found;
}

function childrenOf(pid: number): readonly number[] {
  const text = readTextIfAny(`/proc/${pid}/task/${pid}/children`)?.trim();
  return text ? text.split(' ').map(Number) : [];
}

function statusOf(pid: number): string | undefined {
  return readTextIfAny(`/proc/${pid}/status`);
}

function hasBit(status: string | undefined, field: 'SigCgt' | 'SigIgn'): boolean | undefined {
  const mask = new RegExp(`^${field}:\\s*([0-9a-f]+)$`, 'm').exec(status ?? '')?.[1];
  return mask === undefined ? undefined : (Number.parseInt(mask.slice(-4), 16) & SIGTERM_BIT) !== 0;
}
