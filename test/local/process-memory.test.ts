// The memory limit of hosts that are processes of this machine. `npm run build` first.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { findGroupParent } from '../../src/engines/process/memory/group-parent.ts';
import { memoryLimiter } from '../../src/engines/process/memory/host-memory.ts';
import { removeGroup } from '../../src/engines/process/memory/memory-group.ts';
import { temporaryFolder } from '../support/job.ts';
import {
  NOBODY,
  NOT_ROOT,
  openJob,
  runAsNobody,
  startHost,
  watchdogStandIn,
  withoutNamespaces,
} from '../support/process-hosts.ts';
import { waitFor } from '../support/processes.ts';
import { byTrain, hosts, makeWorkplace } from '../support/run-job-command.ts';

const parent = findGroupParent();
const skip = typeof parent === 'string' && parent;
const parentDir = typeof parent === 'string' ? '' : parent.dir;

// Other programs may run jobs on this machine too.
const groups = () => readdirSync(parentDir).filter((name) => name.startsWith('optml-'));
const groupsOf = (pid: number | undefined) => groups().filter((name) => name.startsWith(`optml-${pid}-`));

// `tail` keeps the one endless line in memory; the shell stays.
const GREEDY = 'head -c 200m /dev/zero | tail; echo "pipe $?"';

for (const { title, variables } of [
  { title: 'a host', variables: () => process.env },
  { title: 'a host without namespaces', variables: withoutNamespaces },
]) {
  test(`${title} that needs more memory than its limit is out of memory, and leaves no control group`, {
    skip,
  }, async (t) => {
    const entrypoint = ['/bin/sh', '-c', `${GREEDY}; exit 3`];
    const { session } = await openJob(t, { entrypoint }, variables(t), { memory: '32m' });
    const { run, output } = await startHost(t, { session, warnings: [] }, { mlDir: temporaryFolder(t) });
    assert.deepEqual(await run.ended, { exitCode: 3, isOutOfMemory: true });
    assert.match(output(), /pipe 137/);
    assert.deepEqual(groupsOf(process.pid), []);
  });
}

test('a host that has ended before it gets its limit takes the limit from no other host', { skip }, () => {
  const warnings: string[] = [];
  const limit = memoryLimiter({ warn: (message) => warnings.push(message), watchdog: watchdogStandIn });
  const { pid } = spawnSync('true');
  assert.equal(limit(pid, 32 * 1024 ** 2), undefined);
  assert.deepEqual(warnings, []);
});

test('optml run --memory limits each host, and the failure reason names the memory', { skip }, async (t) => {
  const job = byTrain();
  const workplace = makeWorkplace(t, `[ $SM_CURRENT_HOST = algo-1 ] || { ${GREEDY}; exit 1; }`, {
    ...job,
    ...hosts(2),
  });
  const { code, stdout, stderr } = await workplace.run(['--memory', '128m']);
  assert.equal(code, 1, stdout + stderr);
  assert.match(workplace.record().FailureReason ?? '', /memory/i);
  assert.doesNotMatch(stderr, /is not limited/);
});

for (const { what, job } of [
  { what: 'train', job: byTrain },
  { what: 'a program of its own', job: () => ({}) },
]) {
  test(`a limit in which the host of ${what} cannot even be set up is out of memory`, { skip }, async (t) => {
    const workplace = makeWorkplace(t, 'echo ran', job());
    const { code, stdout, stderr } = await workplace.run(['--memory', '1b']);
    assert.equal(code, 1, stdout + stderr);
    assert.match(workplace.record().FailureReason ?? '', /^ClientError: Please use an instance type with more memory/);
  });
}

test('a size that is none is an error', async (t) => {
  const workplace = makeWorkplace(t, 'true');
  assert.match((await workplace.run(['--memory', 'much'])).stderr, /expected --memory to be a size, got "much"/);
});

test('a kill of optml leaves no control group', { skip }, async (t) => {
  const workplace = makeWorkplace(t, 'mkdir -p nothing; echo ready; sleep 600', byTrain());
  const { child, seen } = workplace.start(['--memory', '256m']);
  await seen('ready');
  assert.equal(groupsOf(child.pid).length, 1);
  child.kill('SIGKILL');
  await waitFor('no control group is left', () => groupsOf(child.pid).length === 0, 10_000);
});

test('the start after a kill of optml and its watchdog removes the control group', { skip }, async (t) => {
  const workplace = makeWorkplace(t, 'sleep 2');
  const gone = spawn('true');
  await new Promise((resolve) => gone.once('exit', resolve));
  const left = join(parentDir, `optml-${gone.pid}-1-1`);
  mkdirSync(left);
  t.after(() => removeGroup(left));
  const { child, seen } = workplace.start(['--name', 'killed']);
  await seen('killed');
  child.kill('SIGKILL');
  assert.equal((await workplace.run(['--name', 'next'])).code, 0);
  assert.ok(!existsSync(left), basename(left));
});

test('a user whose control group is not delegated gets one warning with the reason', {
  skip: skip || NOT_ROOT,
}, (t) => {
  const { last, stderr } = runAsNobody(t, 'true', { options: { memory: '32m' } });
  assert.deepEqual(last.end, { exitCode: 0, isOutOfMemory: false }, stderr);
  assert.deepEqual(last.warnings, [
    `The memory of the hosts is not limited (the control group ${parentDir} is not delegated to your user)`,
  ]);
});

test('a user with a delegated control group has the limit', { skip: skip || NOT_ROOT || withoutVersion1() }, (t) => {
  const delegated = join(parentDir, `delegated-${process.pid}`);
  mkdirSync(delegated);
  t.after(() => removeGroup(delegated));
  chownSync(delegated, NOBODY, NOBODY);
  const root = temporaryFolder(t);
  const membership = join(root, 'cgroup');
  writeFileSync(membership, `4:memory:${delegated.slice('/sys/fs/cgroup/memory'.length)}\n`);
  spawnSync('chmod', ['-R', 'a+rX', root]);
  const { last, stderr } = runAsNobody(t, `${GREEDY}; exit 3`, {
    options: { memory: '32m', groupFiles: { membership } },
  });
  assert.deepEqual(last, { end: { exitCode: 3, isOutOfMemory: true }, warnings: [] }, stderr);
  assert.deepEqual(
    readdirSync(delegated).filter((name) => name.startsWith('optml-')),
    [],
  );
});

function withoutVersion1(): string | false {
  return typeof parent !== 'string' && parent.version === 2 && 'this machine has version 2 of control groups';
}
