// What stays of hosts when `optml run` is killed: processes, namespaces, mounts, interfaces, control groups.
// `npm run build` first.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findGroupParent } from '../../src/engines/process/memory/group-parent.ts';
import { listProcesses, readStat } from '../../src/process/list-processes.ts';
import { processesIn, waitFor } from '../support/processes.ts';
import { byTrain, hosts, makeWorkplace, OPTML, type Workplace } from '../support/run-job-command.ts';
import { trials } from '../support/trials.ts';

const KILLS = trials({ gate: 6, long: 200 });
const AT_ONCE = 2;
const GONE_MS = 10_000;
const KINDS = ['mnt', 'net', 'pid', 'ipc', 'uts', 'user'];
const groups = findGroupParent();

/** A process in a namespace that a job has made. */
interface Inside {
  readonly pid: number;
  readonly startedAt: number | undefined;
  readonly kind: string;
  readonly namespace: string;
}

function namespaceOf(pid: number | 'self', kind: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return '';
  }
}

/** Every process of this machine that is in a namespace of one of `pids`, and not in the namespaces of this process. */
function insideNamespacesOf(pids: readonly number[]): readonly Inside[] {
  const outside = new Set(['', ...KINDS.map((kind) => namespaceOf('self', kind))]);
  const made = new Set(pids.flatMap((pid) => KINDS.map((kind) => namespaceOf(pid, kind))));
  return (listProcesses() ?? []).flatMap((pid) =>
    KINDS.map((kind) => ({ pid, startedAt: readStat(pid)?.startedAt, kind, namespace: namespaceOf(pid, kind) })).filter(
      ({ namespace }) => made.has(namespace) && !outside.has(namespace),
    ),
  );
}

function isStillInside({ pid, startedAt, kind, namespace }: Inside): boolean {
  return readStat(pid)?.startedAt === startedAt && namespaceOf(pid, kind) === namespace;
}

function wordsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 200);
  } catch {
    return '';
  }
}

/** Everything on this machine that belongs to the run with the process id `run`, in words. */
function leftOf(run: number, dir: string, inside: readonly Inside[]): readonly string[] {
  const lines = (path: string) => readFileSync(path, 'utf8').split('\n');
  return [
    ...processesIn({ session: run, dir }).map((pid) => `process ${pid}: ${wordsOf(pid)}`),
    ...inside.filter(isStillInside).map(({ pid, namespace }) => `process ${pid} in ${namespace}: ${wordsOf(pid)}`),
    ...lines('/proc/self/mountinfo').filter((line) => line.includes(dir)),
    ...lines('/proc/net/dev').filter((line) => /^\s*(?:hosts|host-\d+|probe-\d|outside):/.test(line)),
    ...(typeof groups === 'string' ? [] : readdirSync(groups.dir).filter((name) => name.startsWith(`optml-${run}-`))),
  ];
}

/** Starts a job that uses all that a host can have, in a session of its own. */
function startJob(t: TestContext, { dir, home }: Workplace, { name, count }: { name: string; count: number }) {
  const memory = typeof groups === 'string' ? [] : ['--memory', '256m'];
  const options = ['--engine', 'process', '--name', name, '--instances', String(count), ...memory];
  // Hosts get a relay to it, whether or not a server listens there.
  const endpoint = ['--env', 'AWS_ENDPOINT_URL_TEST=http://127.0.0.1:9'];
  const child = spawn(process.execPath, [OPTML, 'run', 'job.json', ...options, ...endpoint], {
    cwd: dir,
    env: { PATH: process.env['PATH'], HOME: dir, OPTML_HOME: home },
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  t.after(() => child.kill('SIGKILL'));
  return { child, pid: child.pid ?? 0, ended };
}

async function waitUntilNothingIsLeft(when: string, left: () => readonly string[]): Promise<void> {
  await waitFor(when, () => left().length === 0, GONE_MS).catch(() => undefined);
  assert.deepEqual(left(), [], when);
}

interface Kill {
  readonly name: string;
  readonly count: number;
  readonly longestMs: number;
  /** A part of that time. */
  readonly moment: number;
}

/** Kills one job at a moment, or at its end. Returns whether it was in namespaces of its own then. */
async function killOnce(t: TestContext, workplace: Workplace, job: Kill) {
  const { child, pid, ended } = startJob(t, workplace, job);
  const ms = job.moment * job.longestMs;
  await Promise.race([sleep(ms), ended]);
  const inside = insideNamespacesOf(processesIn({ session: pid, dir: workplace.dir }));
  const isKilled = child.kill('SIGKILL');
  await ended;
  const when = `${job.count} host(s), killed after ${Math.round(ms)} of ${Math.round(job.longestMs)} ms`;
  await waitUntilNothingIsLeft(when, () => leftOf(pid, workplace.dir, inside));
  return isKilled && inside.length > 0;
}

test(`${KILLS} kills at random moments leave no process, namespace, mount, interface or control group`, async (t) => {
  let started = 0;
  const met = new Map([1, 3].map((count) => [count, 0]));
  const killJobs = async () => {
    const workplace = makeWorkplace(t, 'setsid sleep 600 & sleep 0.3', { ...byTrain(), ...hosts(1) });
    const longest = new Map<number, number>();
    for (const count of met.keys()) {
      const start = performance.now();
      assert.equal(await startJob(t, workplace, { name: `whole-${count}`, count }).ended, 0);
      longest.set(count, performance.now() - start);
    }
    while (started < KILLS) {
      // Random, and spread over the life of a job also if the kills are few.
      const moment = (started + Math.random()) / KILLS;
      const name = `job-${++started}`;
      const count = started % 2 === 0 ? 1 : 3;
      const isMet = await killOnce(t, workplace, { name, count, moment, longestMs: longest.get(count) ?? 0 });
      if (isMet) met.set(count, (met.get(count) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, killJobs));
  for (const [count, kills] of met) {
    t.diagnostic(`${kills} kills of jobs with ${count} host(s) came while they had namespaces`);
  }
  const all = [...met.values()].reduce((sum, kills) => sum + kills, 0);
  assert.ok(all > 0, 'some kills came while the jobs had namespaces');
});
