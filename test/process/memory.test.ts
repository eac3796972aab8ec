import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { countMemoryKills } from '../../src/process/memory-kills.ts';
import { makeJob, TRAIN, temporaryFolder } from '../support/job.ts';
import { pythonJob, waitFor } from '../support/processes.ts';

const V1 = 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n';
const V2 = 'low 0\nhigh 0\nmax 17\noom 5\noom_kill 4\noom_group_kill 1\n';

// The kernel's files, as a folder: what a container sees differs by version and by how its control groups are mounted.
const TREES = [
  {
    title: 'version 2, the container at the root of its own namespace',
    membership: '0::/\n',
    files: { 'memory.events': V2 },
    count: 4,
  },
  {
    title: 'version 2, in the group of the host',
    membership: '0::/system.slice/docker-1f.scope\n',
    files: { 'system.slice/docker-1f.scope/memory.events': V2, 'memory.events': 'oom_kill 99\n' },
    count: 4,
  },
  {
    title: "version 1, the container's group mounted as the root",
    membership: '4:cpu,cpuacct:/docker/1f\n3:memory:/docker/1f\n1:name=systemd:/docker/1f\n',
    files: { 'memory/memory.oom_control': V1 },
    count: 3,
  },
  {
    title: 'version 1, in the group of the host',
    membership: '3:memory:/docker/1f\n',
    files: { 'memory/docker/1f/memory.oom_control': V1, 'memory/memory.oom_control': 'oom_kill 99\n' },
    count: 3,
  },
  {
    title: 'both versions, memory in version 1',
    membership: '12:memory:/job\n0::/job\n',
    files: { 'memory/job/memory.oom_control': V1, 'unified/job/cgroup.events': 'populated 1\n' },
    count: 3,
  },
  {
    title: 'both versions, memory in version 2',
    membership: '1:name=systemd:/job\n0::/job\n',
    files: { 'unified/job/memory.events': V2 },
    count: 4,
  },
  {
    title: 'a name with a colon',
    membership: '0::/machine.slice/pod:7\n',
    files: { 'machine.slice/pod:7/memory.events': V2 },
    count: 4,
  },
  {
    title: 'an old kernel that does not count',
    membership: '3:memory:/\n',
    files: { 'memory/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\n' },
    count: undefined,
  },
  { title: 'no control groups', membership: undefined, files: {}, count: undefined },
] as const;

for (const { title, membership, files, count } of TREES) {
  test(`kills because no memory is left are counted: ${title}`, (t) => {
    const root = temporaryFolder(t);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    const file = join(root, 'self');
    if (membership !== undefined) writeFileSync(file, membership);
    assert.equal(countMemoryKills(root, file), count);
  });
}

const EATS = 'data = []\nwhile True: data.append(bytearray(16 * 1024 * 1024))\n';

test('a script that the kernel kills because no memory is left is reported so (C51)', async (t) => {
  const group = memoryGroup(t);
  if (group === undefined) return;
  const { code, failure } = await runInGroup(t, makeJob(t, pythonJob(EATS)), group);
  assert.equal(code, 137);
  assert.match(failure, /^ExecuteUserScriptError:\nExitCode 137\nErrorMessage "killed by the kernel: out of memory/);
  assert.match(failure, /"\nExtraInfo "OutOfMemory: Process killed by SIGKILL \(signal 9\)"\nCommand "/);
});

test('a script that fails because the kernel killed a part of it because no memory was left reports it', async (t) => {
  const group = memoryGroup(t);
  if (group === undefined) return;
  const script = `
import subprocess, sys
end = subprocess.run([sys.executable, '-c', ${JSON.stringify(EATS)}])
sys.exit(f'the worker ended with {end.returncode}')
`;
  const { code, failure } = await runInGroup(t, makeJob(t, pythonJob(script)), group);
  assert.equal(code, 1);
  assert.match(failure, /^ExecuteUserScriptError:\nExitCode 1\nErrorMessage "the worker ended with -9/);
  assert.match(failure, /"\nExtraInfo "OutOfMemory: the kernel killed a process of this job/);
});

test('a script killed by SIGKILL within a memory limit that it keeps is not said to have run out of it', async (t) => {
  const group = memoryGroup(t);
  if (group === undefined) return;
  const { code, failure } = await runInGroup(t, makeJob(t, pythonJob('import os\nos.kill(os.getpid(), 9)\n')), group);
  assert.equal(code, 137);
  assert.match(failure, /ErrorMessage "killed by SIGKILL, not by optml or a memory limit"/);
  assert.doesNotMatch(failure, /ExtraInfo|OutOfMemory/);
});

const LIMIT = 256 * 1024 * 1024;
let groups = 0;

/** A fresh control group with a memory limit, or undefined, the test skipped with the reason. */
function memoryGroup(t: TestContext): string | undefined {
  const name = `optml-test-${process.pid}-${++groups}`;
  const v1 = '/sys/fs/cgroup/memory/memory.limit_in_bytes';
  const [dir, limit] = existsSync(v1)
    ? [`/sys/fs/cgroup/memory/${name}`, 'memory.limit_in_bytes']
    : [`/sys/fs/cgroup/${name}`, 'memory.max'];
  try {
    mkdirSync(dir);
    t.after(async () => {
      // Its last process may be a zombie for a moment.
      await waitFor('an empty group', () => readFileSync(join(dir, 'cgroup.procs'), 'utf8') === '');
      rmdirSync(dir);
    });
    writeFileSync(join(dir, limit), String(LIMIT));
    return dir;
  } catch (error) {
    t.skip(`no control group with a memory limit can be made here: ${(error as Error).message}`);
    return undefined;
  }
}

async function runInGroup(
  t: TestContext,
  base: string,
  group: string,
): Promise<{ code: number | null; failure: string }> {
  const env = { PATH: process.env['PATH'], SAGEMAKER_BASE_DIR: base, OPTML_PACKAGE: 'never' };
  const script = 'echo $$ > "$0/cgroup.procs" && exec "$1" "$2"';
  const child = spawn('/bin/sh', ['-c', script, group, process.execPath, TRAIN], { env, stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, failure: readFileSync(join(base, 'output', 'failure'), 'utf8') };
}
