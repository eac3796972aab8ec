import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findStartTicks } from '../../../process/family.ts';
import { findGroupParent, type GroupFiles } from './group-parent.ts';
import { removeGroup } from './memory-group.ts';

const NAME = /^optml-(\d+)-(\d+)-\d+$/;
let made = 0;

/** A name for a control group that no other process uses, and that tells which process made it. */
export function groupName(): string {
  return `optml-${process.pid}-${findStartTicks(process.pid) ?? 0}-${++made}`;
}

/** The command by which the watchdog removes a group: it waits 10 s at most until its processes have ended. */
export function removingCommand(dir: string): readonly string[] {
  const script =
    'n=0; while [ -d "$1" ] && [ $n -lt 100 ]; do find "$1" -depth -type d -exec rmdir {} + 2>/dev/null; n=$((n+1)); [ -d "$1" ] && sleep 0.1; done';
  return ['/bin/sh', '-c', script, 'sh', dir];
}

/** Removes empty control groups of processes that were killed together with their watchdog. */
export function removeLeftGroups(files: GroupFiles = {}): void {
  const parent = findGroupParent(files);
  if (typeof parent === 'string') return;
  for (const name of readdirSync(parent.dir)) {
    const [, pid, startedAt] = NAME.exec(name) ?? [];
    if (pid === undefined || findStartTicks(Number(pid)) === Number(startedAt)) continue;
    removeGroup(join(parent.dir, name));
  }
}
