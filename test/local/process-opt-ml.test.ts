// `/opt/ml` of hosts that are processes of this machine. `npm run build` first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeJob, ROOT, temporaryFolder } from '../support/job.ts';
import { NOBODY, NOT_ROOT, openJob, runAsNobody, runShell, startHost } from '../support/process-hosts.ts';
import { shellJob } from '../support/processes.ts';
import { makeWorkplace } from '../support/run-job-command.ts';

const CLASSIC = join(ROOT, 'test', 'fixtures', 'classic', 'program-on-path');

test('a program with the paths of /opt/ml written into it trains, and leaves nothing on the machine', async (t) => {
  const workplace = makeWorkplace(t);
  cpSync(CLASSIC, join(workplace.dir, 'container'), { recursive: true });
  workplace.write('data/iris.csv', '1,2\n3,4\n');
  const before = listing();
  workplace.writeJob({
    TrainingJobName: 'classic',
    AlgorithmSpecification: {
      TrainingImage: 'file://./container',
      TrainingInputMode: 'File',
      ContainerEntrypoint: ['decision_trees/train'],
    },
    HyperParameters: { max_leaf_nodes: '5' },
    InputDataConfig: [
      { ChannelName: 'training', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: './data' } } },
    ],
    OutputDataConfig: { S3OutputPath: './out', CompressionType: 'NONE' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  });
  const { code, stderr } = await workplace.run();
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(workplace.read('out/classic/output/model/tree.json')), { leaves: 5, rows: 2 });
  assert.deepEqual(listing(), before);
});

function listing() {
  return [readdirSync('/opt').sort(), existsSync('/opt/ml') && readdirSync('/opt/ml')];
}

test('programs in /opt stay visible beside /opt/ml', async (t) => {
  const { output } = await runShell(t, 'ls -A /opt');
  assert.deepEqual(output.trim().split('\n').sort(), [...new Set([...readdirSync('/opt'), 'ml'])].sort());
});

// Each line prints what kept the program from replacing a folder.
const REPLACE = `cd /
for folder in model output output/data checkpoints input input/config input/data; do
  rmdir /opt/ml/$folder 2>&1 || rm -r /opt/ml/$folder 2>&1
  mv /opt/ml/$folder /opt/ml/moved 2>&1
  [ -d /opt/ml/$folder ] && [ ! -L /opt/ml/$folder ] && echo "kept $folder"
done`;

test('a program can neither remove nor replace a folder of the contract', async (t) => {
  const mlDir = makeJob(t, shellJob('true'));
  for (const folder of ['checkpoints', 'input/data', 'output/data'])
    mkdirSync(join(mlDir, folder), { recursive: true });
  const { output } = await runShell(t, REPLACE, { mlDir });
  const kept = output.split('\n').filter((line) => line.startsWith('kept '));
  assert.equal(kept.length, 7, output);
  assert.ok((output.match(/[Bb]usy/g)?.length ?? 0) >= 14, output);
});

test('a host has its own shared memory, folder for temporary files, host name and System V IPC', async (t) => {
  const open = await openJob(t, {
    entrypoint: [
      '/bin/sh',
      '-c',
      'touch /dev/shm/mine $TMPDIR/mine; ls -A /dev/shm $TMPDIR; hostname; readlink /proc/self/ns/ipc',
    ],
  });
  const mlDir = temporaryFolder(t);
  const name = readFileSync('/proc/sys/kernel/hostname', 'utf8');
  const { run, output } = await startHost(t, open, { mlDir });
  assert.equal((await run.ended).exitCode, 0);
  const [shm, mine, , tmp, alsoMine, hostName, ipc] = output().split('\n');
  assert.deepEqual([shm, mine, tmp, alsoMine], ['/dev/shm:', 'mine', '/opt/ml/tmp:', 'mine']);
  assert.equal(hostName, 'ip-10-0-0-1.ec2.internal');
  assert.notEqual(ipc, spawnSync('readlink', ['/proc/self/ns/ipc'], { encoding: 'utf8' }).stdout.trim());
  assert.ok(!existsSync('/dev/shm/mine'));
  assert.deepEqual(readdirSync(join(mlDir, 'tmp')), []);
  assert.equal(readFileSync('/proc/sys/kernel/hostname', 'utf8'), name);
});

test('root changes only the own /etc/environment of the host', {
  skip: NOT_ROOT || (!existsSync('/etc/environment') && 'this machine has no /etc/environment'),
}, async (t) => {
  const before = readFileSync('/etc/environment', 'utf8');
  const hosts = ['algo-1', 'algo-2'];
  const script =
    'echo "# optml test" >> /etc/environment; tail -n 1 /etc/environment; grep -c "^# optml test$" /etc/environment';
  const open = await openJob(t, { hosts, entrypoint: ['/bin/sh', '-c', script] });
  for (const name of hosts) {
    const { run, output } = await startHost(t, open, { name, mlDir: temporaryFolder(t) });
    assert.equal((await run.ended).exitCode, 0, output());
    assert.equal(output(), '# optml test\n1\n');
  }
  assert.equal(readFileSync('/etc/environment', 'utf8'), before);
});

test('--shm-size is the size of the shared memory, and a wrong size is an error', async (t) => {
  const workplace = makeWorkplace(t, 'df -k --output=size /dev/shm | tail -n 1');
  const { code, stdout, stderr } = await workplace.run(['--shm-size', '96m']);
  assert.equal(code, 0, stderr);
  assert.equal(stdout.trim(), String(96 * 1024));
  const none = await workplace.run(['--shm-size', '0']);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /"0" is not a size of shared memory/);
});

const AS_NOBODY =
  'id -u; echo m > /opt/ml/model/m; rmdir /opt/ml/model 2>&1; touch /dev/shm/x $TMPDIR/y && ls /opt; hostname';

test('a user who is not root has /opt/ml, and the files stay the user’s own', { skip: NOT_ROOT }, (t) => {
  const { mlDir, lines, last, stderr } = runAsNobody(t, AS_NOBODY);
  assert.equal(lines[0], String(NOBODY), stderr);
  assert.match(lines[1] ?? '', /^rmdir: .*busy/i);
  assert.ok(lines.includes('ml') && lines.includes('ip-10-0-0-1.ec2.internal'), lines.join('\n'));
  assert.deepEqual(last, { end: { exitCode: 0, isOutOfMemory: false }, warnings: [] });
  assert.equal(readFileSync(join(mlDir, 'model', 'm'), 'utf8'), 'm\n');
  assert.equal(statSync(join(mlDir, 'model', 'm')).uid, NOBODY);
});

test('--user root gives a user who is not root the user id 0, and the files stay the user’s own', {
  skip: NOT_ROOT,
}, (t) => {
  const { mlDir, lines, last, stderr } = runAsNobody(t, AS_NOBODY, { options: { user: 'root' } });
  assert.equal(lines[0], '0', stderr);
  assert.deepEqual(last, { end: { exitCode: 0, isOutOfMemory: false }, warnings: [] });
  assert.equal(statSync(join(mlDir, 'model', 'm')).uid, NOBODY);
});

test('another user than root is an error', async (t) => {
  const workplace = makeWorkplace(t);
  const { code, stderr } = await workplace.run(['--user', 'someone']);
  assert.equal(code, 2);
  assert.match(stderr, /SETTING_INVALID: the engine "process" cannot run programs as the user "someone"/);
  assert.equal((await workplace.run(['--user', 'root'])).code, 0);
});

test('on another system than Linux the host has no namespaces, and one warning names that', async (t) => {
  const open = await openJob(t, { entrypoint: ['/bin/sh', '-c', 'echo ran'] }, process.env, { platform: 'darwin' });
  const { run, output } = await startHost(t, open, { mlDir: temporaryFolder(t) });
  assert.equal((await run.ended).exitCode, 0);
  assert.equal(output(), 'ran\n');
  assert.deepEqual(open.warnings, [
    'This machine allows no namespaces (only Linux has them, not darwin): the hosts have no /opt/ml, and nothing keeps a program from changing the channels; a process that leaves its session and its environment can outlive the job',
  ]);
});

/** Variables with a `mount` that refuses file systems in memory, as some security modules do. */
function withoutTmpfs(dir: string): NodeJS.ProcessEnv {
  writeFileSync(
    join(dir, 'mount'),
    '#!/bin/sh\ncase " $* " in *" /opt "*) echo "mount: refused" >&2; exit 32;; esac\nexec /bin/mount "$@"\n',
  );
  chmodSync(join(dir, 'mount'), 0o755);
  return { ...process.env, PATH: `${dir}:${process.env['PATH']}` };
}

test('where /opt/ml cannot be made, the job runs with its own base directory, and one warning names the cause', {
  skip: existsSync('/opt/ml') && 'this machine has /opt/ml',
}, async (t) => {
  const variables = withoutTmpfs(temporaryFolder(t));
  for (const entrypoint of [
    undefined,
    ['/bin/sh', '-c', 'echo $SAGEMAKER_BASE_DIR; echo m > $SAGEMAKER_BASE_DIR/model/m'],
  ]) {
    const open = await openJob(t, { entrypoint }, variables);
    const mlDir = makeJob(t, shellJob('echo $SAGEMAKER_BASE_DIR; echo m > $SM_MODEL_DIR/m'));
    mkdirSync(join(mlDir, 'model'), { recursive: true });
    open.session.expect?.({ name: 'algo-1', mlDir, environment: {} });
    assert.equal(await open.session.hasOptMl, false);
    const { run, output } = await startHost(t, open, { mlDir });
    assert.equal((await run.ended).exitCode, 0, output());
    assert.ok(output().split('\n').includes(mlDir), output());
    assert.ok(existsSync(join(mlDir, 'model', 'm')));
    assert.deepEqual(open.warnings, [
      'The hosts have no /opt/ml (mount: refused): only the variable SAGEMAKER_BASE_DIR leads to their files',
    ]);
  }
});

test('a command that names /opt/ml is refused where the host cannot have it', {
  skip: existsSync('/opt/ml') && 'this machine has /opt/ml',
}, async (t) => {
  const open = await openJob(t, { entrypoint: ['/bin/sh', '/opt/ml/code/run.sh'] }, withoutTmpfs(temporaryFolder(t)));
  const { run } = await startHost(t, open, { mlDir: temporaryFolder(t) });
  const { startError } = await run.ended;
  assert.match(
    startError ?? '',
    /START_FAILED: the command names \/opt\/ml, which this host cannot have: mount: refused/,
  );
});
