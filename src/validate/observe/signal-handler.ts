import type { HostRun } from '../../engines/engine.ts';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';
import { isInit } from '../image/start-of-container.ts';

const SIGTERM_BIT = 0x4000;

/** Whether the first process of a host has a handler for SIGTERM; undefined where that cannot be told. */
export async function catchesTerm(run: HostRun): Promise<boolean | undefined> {
  const pid = await run.firstPid?.();
  const status = pid === undefined ? undefined : readTextIfAny(`/proc/${pid}/status`);
  // Such a program waits for signals, without handlers, and passes them on.
  if (isInit(/^Name:\s*(.+)$/m.exec(status ?? '')?.[1] ?? '')) return undefined;
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status ?? '')?.[1];
  return caught === undefined ? undefined : (Number.parseInt(caught.slice(-4), 16) & SIGTERM_BIT) !== 0;
}
