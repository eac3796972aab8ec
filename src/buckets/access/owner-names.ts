import { randomBytes } from 'node:crypto';
import { isRunning, type ProcessIdentity, thisProcess } from '../../process/process-identity.ts';

/** The end of a file name that says which process made it: process, its start, chance. */
const OWNED = /(?:^|\.)(\d+)-(\d*)-[0-9a-f]{16}$/;

/** Makes names that no other process, and no later call, makes: a killed process's files are found by them. */
export function ownerNames(): (start?: string) => string {
  const { pid, startTicks } = thisProcess();
  return (start = '') => `${start === '' ? '' : `${start}.`}${pid}-${startTicks}-${randomBytes(8).toString('hex')}`;
}

/** The process that made a file of this name; undefined for any other name. */
export function ownerOf(name: string): ProcessIdentity | undefined {
  const [, pid, startTicks = ''] = OWNED.exec(name) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), startTicks };
}

/** Whether the process that made a file of this name has ended. False for other names. */
export function isLeftBehind(name: string): boolean {
  const owner = ownerOf(name);
  return owner !== undefined && !isRunning(owner);
}
