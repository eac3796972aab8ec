// What is left of namespaces, mounts and interfaces when `optml run` is killed. `npm run build` first.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { listProcesses, readStat } from '../../src/process/list-processes.ts';
import { childrenOf, processesNaming, waitFor } from '../support/processes.ts';
import { byTrain, hosts, makeWorkplace } from '../support/run-job-command.ts';

const KILLS = process.env['OPTML_TEST_LONG'] === undefined ? 5 : 200;
const LONGEST_MS = 900;
const GONE_MS = 10_000;
// Of the clock in which the kernel notes when processes started, per second.
const TICKS = 100;
const KINDS = ['mnt', 'net', 'pid', 'ipc', 'uts', 'user'];

/** Every namespace in which a process of this machine is: the kernel removes others, with their mounts and interfaces. */
function namespacesOf(pids: readonly string[]): ReadonlySet<string> {
  return new Set(
    pids.flatMap((pid) => KINDS.map((kind) => link(`/proc/${pid}/ns/${kind}`)).filter((name) => name !== '')),
  );
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Processes of this machine that are below `pid`, at whatever depth. */
function below(pid: number): readonly number[] {
  const children = childrenOf(pid);
  return [...children, ...children.flatMap(below)];
}

test(`${KILLS} kills at random moments leave no namespace, mount, interface or process`, async (t) => {
  const workplace = makeWorkplace(t, 'echo ready; sleep 600', { ...byTrain(), ...hosts(2) });
  let withNamespaces = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const { child } = workplace.start(['--name', `job-${kill}`, '--instances', String(1 + (kill % 2))]);
    const pid = child.pid ?? 0;
    await waitFor('it starts a process', () => childrenOf(pid).length > 0);
    await sleep(Math.random() * LONGEST_MS);
    const own = below(pid).map(String);
    const outside = namespacesOf(['self']);
    const made = [...namespacesOf(own)].filter((name) => !outside.has(name));
    if (made.length > 0) withNamespaces += 1;
    child.kill('SIGKILL');
    const killedAt = Number.parseFloat(readFileSync('/proc/uptime', 'utf8')) * TICKS;
    await waitFor('no process is left', () => processesNaming(workplace.home).length === 0, GONE_MS);
    // The kernel gives the number of a namespace again, to younger processes.
    const old = () => (listProcesses() ?? []).filter((each) => (readStat(each)?.startedAt ?? Infinity) <= killedAt);
    const isGone = () => {
      const left = namespacesOf(old().map(String));
      return !made.some((name) => left.has(name));
    };
    await waitFor('no namespace is left', isGone, GONE_MS);
    assert.doesNotMatch(readFileSync('/proc/self/mounts', 'utf8'), new RegExp(workplace.home));
  }
  assert.ok(withNamespaces > 0, 'some kills came when there were namespaces');
  assert.ok(!readdirSync('/sys/class/net').some((name) => /^(?:hosts|host-\d+|probe-\d)$/.test(name)));
});
