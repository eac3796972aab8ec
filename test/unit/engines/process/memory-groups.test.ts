import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findGroupParent } from '../../../../src/engines/process/memory/group-parent.ts';
import { memoryLimiter } from '../../../../src/engines/process/memory/host-memory.ts';
import { removeLeftGroups } from '../../../../src/engines/process/memory/left-groups.ts';
import { makeMemoryGroup } from '../../../../src/engines/process/memory/memory-group.ts';
import { temporaryFolder } from '../../../support/job.ts';

// The kernel's files, as a folder.
function groupFiles(t: TestContext, membership: string, files: Readonly<Record<string, string>>) {
  const dir = temporaryFolder(t);
  const root = join(dir, 'root');
  mkdirSync(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  writeFileSync(join(dir, 'membership'), membership);
  return { root, membership: join(dir, 'membership') };
}

// As systemd makes them for the programs of a user.
const OWN = '0::/user.slice/app.slice/shell.scope\n';
const VERSION_2 = {
  'cgroup.procs': '',
  'cgroup.subtree_control': 'cpu memory pids\n',
  'user.slice/cgroup.procs': '',
  'user.slice/cgroup.subtree_control': 'memory pids\n',
  'user.slice/app.slice/cgroup.procs': '',
  'user.slice/app.slice/cgroup.subtree_control': 'memory pids\n',
  'user.slice/app.slice/shell.scope/cgroup.procs': '1\n',
  'user.slice/app.slice/shell.scope/cgroup.subtree_control': '\n',
};

const PARENTS = [
  {
    title: 'version 2: the nearest group that passes the memory controller on',
    membership: OWN,
    files: VERSION_2,
    found: { dir: 'user.slice/app.slice', version: 2 },
  },
  {
    title: 'version 2: a group further up, if the nearest does not',
    membership: OWN,
    files: { ...VERSION_2, 'user.slice/app.slice/cgroup.subtree_control': 'pids\n' },
    found: { dir: 'user.slice', version: 2 },
  },
  {
    title: "version 1: the process's own group",
    membership: '3:cpu:/other\n4:memory:/job\n0::/\n',
    files: { 'memory/cgroup.procs': '', 'memory/job/cgroup.procs': '', 'unified/cgroup.procs': '' },
    found: { dir: 'memory/job', version: 1 },
  },
  {
    title: 'version 1 in a container, whose own group is mounted as the root',
    membership: '4:cpu,memory:/docker/1f\n',
    files: { 'memory/cgroup.procs': '' },
    found: { dir: 'memory', version: 1 },
  },
  {
    title: 'both versions, memory in version 2',
    membership: '1:name=systemd:/job\n0::/job\n',
    files: { 'unified/cgroup.procs': '', 'unified/cgroup.subtree_control': 'memory\n', 'unified/job/cgroup.procs': '' },
    found: { dir: 'unified', version: 2 },
  },
];

for (const { title, membership, files, found } of PARENTS) {
  test(`a parent of control groups is, in ${title}`, (t) => {
    const seam = groupFiles(t, membership, files);
    assert.deepEqual(findGroupParent(seam), { ...found, dir: join(seam.root, found.dir) });
  });
}

test('where no control group can limit memory, the reason is given', (t) => {
  const reasons = [
    { membership: '', files: {}, reason: /^the kernel has no control groups for memory$/ },
    { membership: '0::/\n', files: {}, reason: /root shows no control groups$/ },
    { membership: '4:memory:/\n', files: {}, reason: /root\/memory shows no control groups$/ },
    {
      membership: '0::/job\n',
      files: { 'cgroup.procs': '', 'cgroup.subtree_control': 'cpu\n', 'job/cgroup.subtree_control': '' },
      reason: /^no control group of this process in .* passes the memory controller on$/,
    },
  ];
  for (const { membership, files, reason } of reasons) {
    assert.match(String(findGroupParent(groupFiles(t, membership, files))), reason);
  }
});

const LIMITS = [
  {
    version: 1,
    limits: { 'memory.limit_in_bytes': '4096', 'memory.memsw.limit_in_bytes': '8192' },
    kills: 'memory.oom_control',
  },
  { version: 2, limits: { 'memory.max': '4096', 'memory.swap.max': '4096' }, kills: 'memory.events' },
] as const;

for (const { version, limits, kills } of LIMITS) {
  test(`a control group of version ${version} limits memory and swap, and counts kills`, (t) => {
    const dir = temporaryFolder(t);
    const group = makeMemoryGroup({ dir, version }, 'host', 4096);
    for (const [file, text] of Object.entries(limits))
      assert.equal(readFileSync(join(dir, 'host', file), 'utf8'), text);
    group.enter(17);
    assert.equal(readFileSync(join(dir, 'host', 'cgroup.procs'), 'utf8'), '17');
    writeFileSync(join(dir, 'host', kills), 'max 9\noom_kill 0\n');
    assert.equal(group.hasKilled(), false);
    writeFileSync(join(dir, 'host', kills), 'max 9\noom_kill 1\n');
    assert.equal(group.hasKilled(), true);
  });
}

test('the watchdog can remove a group before it is made, and one warning is enough', (t) => {
  const seam = groupFiles(t, OWN, VERSION_2);
  const commands: (readonly string[])[] = [];
  const warnings: string[] = [];
  const watchdog = {
    watchGroup: () => undefined,
    watchCommand: (command: readonly string[]) => commands.push(command),
  };
  const surroundings = {
    warn: (text: string) => warnings.push(text),
    watchdog: { ...watchdog, close: async () => undefined },
  };
  const limit = memoryLimiter(surroundings, seam);
  assert.equal(limit(1, undefined), undefined);
  assert.ok(limit(1, 4096));
  const dir = commands[0]?.at(-1) ?? '';
  assert.ok(dir.startsWith(join(seam.root, 'user.slice/app.slice/optml-')) && existsSync(dir));
  assert.deepEqual(warnings, []);
  const none = memoryLimiter(surroundings, { ...seam, root: join(seam.root, 'missing') });
  assert.deepEqual([none(1, 4096), none(2, 4096)], [undefined, undefined]);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /^The memory of the hosts is not limited \(.* shows no control groups\)$/);
});

test('only empty groups of processes that have ended are left groups', (t) => {
  const seam = groupFiles(t, OWN, VERSION_2);
  const dir = join(seam.root, 'user.slice/app.slice');
  const own = memoryLimiter(
    {
      warn: assert.fail,
      watchdog: { watchGroup: () => undefined, watchCommand: () => undefined, close: async () => undefined },
    },
    seam,
  );
  const before = own(process.pid, 4096);
  assert.ok(before);
  for (const name of ['optml-1-1-1', 'optml-1-1-2/inner', 'optml-other', 'docker-1-1-1']) {
    mkdirSync(join(dir, name), { recursive: true });
  }
  removeLeftGroups(seam);
  const left = ['optml-1-1-1', 'optml-1-1-2', 'optml-other', 'docker-1-1-1'].filter((name) =>
    existsSync(join(dir, name)),
  );
  assert.deepEqual(left, ['optml-other', 'docker-1-1-1']);
  rmSync(dir, { recursive: true });
});
