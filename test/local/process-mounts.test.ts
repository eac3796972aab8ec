// What is mounted for hosts that are processes of this machine, and where. `npm run build` first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeJob, ROOT, temporaryFolder } from '../support/job.ts';
import { NOT_ROOT, openJob, runShell, startHost } from '../support/process-hosts.ts';
import { shellJob } from '../support/processes.ts';

for (const [name, character] of Object.entries({ 'a no-break space': '\u00a0', 'an ideographic space': '\u3000' })) {
  test(`a host has /opt/ml and its channels if their paths contain ${name}`, async (t) => {
    const dir = join(temporaryFolder(t), `my${character}jobs`);
    const [data, workDir] = [join(dir, 'data'), join(dir, 'work')];
    for (const folder of [data, workDir]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(data, 'file'), '');
    const mounts = [{ source: data, target: '/opt/ml/input/data/training', isReadOnly: true }];
    const mlDir = join(dir, 'ml');
    cpSync(makeJob(t, shellJob('true')), mlDir, { recursive: true });
    const end = await runShell(t, 'ls /opt/ml/input/data/training', { mlDir, mounts }, { workDir });
    assert.deepEqual([end.exitCode, end.output, end.warnings], [0, 'file\n', []], JSON.stringify(end));
  });
}

test('a folder of this machine is mounted last: it may contain the folders of the job', async (t) => {
  const dir = temporaryFolder(t);
  const [data, workDir, mlDir, source] = [
    join(dir, 'data'),
    join(dir, 'work'),
    join(dir, 'ml'),
    join(dir, 'checkpoints'),
  ];
  for (const folder of [data, workDir, mlDir, source]) mkdirSync(folder);
  writeFileSync(join(data, 'file'), '');
  const mounts = [
    { source: source, target: dir, isReadOnly: false },
    { source: data, target: '/opt/ml/input/data/training', isReadOnly: true },
  ];
  const script = `ls /opt/ml/input/data/training; ls ${dir}; touch ${dir}/saved`;
  const end = await runShell(t, script, { mlDir: mlDir, mounts }, { workDir });
  assert.deepEqual([end.exitCode, end.output], [0, 'file\n'], JSON.stringify(end));
  assert.deepEqual(readdirSync(source), ['saved']);
});

for (const target of ['/', '/opt', '/opt/ml', '/dev/shm']) {
  test(`a mount on ${target} would hide what the host needs: the host does not start`, async (t) => {
    const mounts = [{ source: temporaryFolder(t), target, isReadOnly: false }];
    const { exitCode, startError = '', output } = await runShell(t, 'echo runs', { mounts });
    assert.deepEqual([exitCode, output], [126, '']);
    const why = target === '/dev/shm' ? 'is in /dev/shm' : 'contains /opt/ml';
    assert.ok(startError.startsWith(`InfrastructureError START_FAILED: ${target} ${why}, which the host`), startError);
    assert.match(startError, /^Fix: Choose a path below \/opt\/ml, or a container engine\.$/m);
  });
}

const BY_ROOT = NOT_ROOT === false ? false : 'root alone can undo mounts';

for (const [title, start] of Object.entries({
  'a program of its own': { entrypoint: ['/bin/sh', '-c', 'sh /opt/ml/code/train.sh'] },
  'a script that train runs': {},
})) {
  test(`root's host cannot undo its mounts: ${title}`, { skip: BY_ROOT }, async (t) => {
    const mlDir = makeJob(
      t,
      shellJob('umount -l /opt/ml; umount -l /opt; unshare --mount true; touch /opt/ml/model/mine'),
    );
    const open = await openJob(t, start);
    const { run, output } = await startHost(t, open, { mlDir });
    assert.equal((await run.ended).exitCode, 0, output());
    assert.equal(output().match(/^umount: \/opt.*: must be superuser to unmount/gm)?.length, 2, output());
    assert.match(output(), /^unshare: .*Operation not permitted/m);
    assert.ok(existsSync(join(mlDir, 'model', 'mine')));
  });
}

test('root’s host runs where no tool can take a capability away', { skip: BY_ROOT }, async (t) => {
  const bin = temporaryFolder(t);
  writeFileSync(join(bin, 'setpriv'), '#!/bin/sh\necho "setpriv: unrecognized option" >&2\nexit 1\n', { mode: 0o755 });
  const variables = { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
  const open = await openJob(t, { entrypoint: ['/bin/sh', '-c', 'echo runs'] }, variables);
  const { run, output } = await startHost(t, open, { mlDir: temporaryFolder(t) });
  assert.deepEqual([(await run.ended).exitCode, output(), open.warnings], [0, 'runs\n', []]);
});

// A machine of its own: removes its /opt/ml when the host runs.
const REMOVING = `mount -t tmpfs tmpfs /opt && mkdir /opt/ml || exit
{ until [ -e "$0/runs" ]; do sleep 0.02; done; rmdir /opt/ml; touch "$0/removed"; } &
exec "$@"`;

test('a host keeps its /opt/ml if somebody removes that of the machine', { skip: BY_ROOT }, (t) => {
  const dir = temporaryFolder(t);
  const [mlDir, workDir] = [join(dir, 'ml'), join(dir, 'work')];
  for (const path of [join(mlDir, 'model'), workDir]) mkdirSync(path, { recursive: true });
  const script = `touch ${dir}/runs; until [ -e ${dir}/removed ]; do sleep 0.02; done; echo mine > /opt/ml/model/mine`;
  const entrypoint = ['/bin/sh', '-c', script];
  const job = {
    name: 'job',
    image: { kind: 'project', dir },
    entrypoint,
    hosts: ['algo-1'],
    isIsolated: false,
    workDir,
  };
  const host = { name: 'algo-1', mlDir, mounts: [], environment: {} };
  const program = join(ROOT, 'test', 'support', 'run-host-program.ts');
  const node = [process.execPath, '--conditions=optml-source', '--import', 'tsx', program];
  const words = ['--mount', '--', '/bin/sh', '-c', REMOVING, dir, ...node, JSON.stringify({ job, host, options: {} })];
  const { stderr } = spawnSync('unshare', words, { cwd: ROOT, encoding: 'utf8', timeout: 60_000 });
  assert.ok(existsSync(join(mlDir, 'model', 'mine')), stderr);
});
