import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readStat } from '../../src/process/list-processes.ts';
import type { JobSpec } from './job.ts';

/** A job whose program is a shell script; `#!/bin/sh` is put in front. */
export function shellJob(script: string, spec: JobSpec = {}): JobSpec {
  return programJob('train.sh', `#!/bin/sh\n${script}\n`, spec);
}

/** A job whose program is the Python script given. */
export function pythonJob(script: string, spec: JobSpec = {}): JobSpec {
  return programJob('train.py', script, spec);
}

/** A job whose program is one file. */
export function programJob(program: string, content: string, spec: JobSpec = {}): JobSpec {
  return { ...spec, program, files: { ...spec.files, [`code/${program}`]: content } };
}

/** Waits until `isDone()` holds; fails with `what` after `timeoutMs` milliseconds. */
export async function waitFor(
  what: string,
  isDone: () => boolean | Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await isDone())) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(20);
  }
}

/** Ids of the live processes (zombies do not count) whose environment holds `NAME=value`. */
export function processesWith(name: string, value: string): readonly number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter(
    (pid) => isAlive(pid) && readText(`/proc/${pid}/environ`).split('\0').includes(`${name}=${value}`),
  );
}

/** Ids of the live processes of a user. */
export function processesOf(uid: number): readonly number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => isAlive(pid) && readText(`/proc/${pid}/status`).includes(`\nUid:\t${uid}\t`));
}

/** Ids of the live processes that have `text` among their words. */
export function processesNaming(text: string): readonly number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => isAlive(pid) && readText(`/proc/${pid}/cmdline`).includes(text));
}

/**
 * Ids of the live processes of one `optml` and of all that it started: in its session, or with the folder `dir` among their
 * words or in their environment.
 */
export function processesIn({ session, dir }: { readonly session: number; readonly dir: string }): readonly number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const names = (pid: number, file: string) => readText(`/proc/${pid}/${file}`).includes(dir);
  const isIn = (pid: number) => readStat(pid)?.session === session || names(pid, 'cmdline') || names(pid, 'environ');
  return pids.filter((pid) => isAlive(pid) && isIn(pid));
}

/** Whether the process is there and no zombie. */
export function isAlive(pid: number): boolean {
  const stat = readText(`/proc/${pid}/stat`);
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

/** The most memory that a process ever had resident, in MiB; 0 when it is gone. */
export function peakMemoryMiB(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

/** The children of a process. */
export function childrenOf(pid: number): readonly number[] {
  return readText(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended while we were looking.
    return '';
  }
}
