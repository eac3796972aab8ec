import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileWhole } from '../../files/write-file-whole.ts';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';
import { isJobName } from '../../jobs/job-name.ts';
import { isAlive } from '../../jobs/job-owner.ts';
import type { JobOwner } from '../../jobs/record.ts';
import { readJson } from '../../json/read-value.ts';
import { isNumber, isText, objectOf, wholeNumber } from '../../json/shape.ts';

/** A place in the queue of jobs. Its job runs as soon as few enough tickets are before it, and keeps it until it ends. */
export interface Ticket {
  readonly jobName: string;
  /** The process of the job. */
  readonly owner: JobOwner;
  /** The address of the endpoint that created the job. */
  readonly endpoint: string;
  readonly instanceType: string;
  readonly instanceCount: number;
}

const isTicket = objectOf({
  owner: objectOf({ pid: wholeNumber(1), startTicks: isText }),
  endpoint: isText,
  instanceType: isText,
  instanceCount: isNumber,
});

/** The folder of the tickets. Absolute. */
export function queueDir(jobsDir: string): string {
  return join(dirname(jobsDir), 'endpoint', 'queue');
}

/** Puts a job at the end of the queue. `order`, a time in milliseconds and a number, grows from ticket to ticket. */
export function putTicket(dir: string, { jobName, ...ticket }: Ticket, order: readonly [number, number]): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const [time, number] = order;
  const name = `${String(time).padStart(15, '0')}-${String(number).padStart(9, '0')}-${jobName}`;
  writeFileWhole(join(dir, name), JSON.stringify(ticket), { mode: 0o600, isDurable: false });
}

/** Takes a job that has ended out of the queue. */
export function removeTicket(dir: string, jobName: string): void {
  for (const file of ticketFiles(dir)) {
    if (jobNameOf(file) === jobName) rmSync(join(dir, file), { force: true });
  }
}

/**
 * The first `most` tickets whose processes live, in their order. Those of others are removed: their processes were killed,
 * and the next reader of these jobs' records finds them failed.
 */
export function liveTickets(dir: string, most: number = Number.POSITIVE_INFINITY): readonly Ticket[] {
  const live: Ticket[] = [];
  for (const file of ticketFiles(dir)) {
    if (live.length >= most) break;
    const ticket = readTicket(dir, file);
    if (ticket === undefined) continue;
    if (isAlive(ticket.owner)) live.push(ticket);
    else rmSync(join(dir, file), { force: true });
  }
  return live;
}

function ticketFiles(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
      .filter((file) => isJobName(jobNameOf(file)))
      .sort();
  } catch {
    // No job yet.
    return [];
  }
}

function jobNameOf(file: string): string {
  return /^\d{15}-\d{9}-(.+)$/.exec(file)?.[1] ?? '';
}

// Its job may have ended meanwhile.
function readTicket(dir: string, file: string): Ticket | undefined {
  const content = readJson(readTextIfAny(join(dir, file)) ?? '');
  return isTicket(content) ? { ...(content as Omit<Ticket, 'jobName'>), jobName: jobNameOf(file) } : undefined;
}
