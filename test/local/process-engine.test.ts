// Hosts as processes of this machine, in namespaces of their own. `npm run build` first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Mount } from '../../src/engines/engine.ts';
import { takeHostAddresses } from '../../src/engines/process/network/host-addresses.ts';
import { makeJob, ROOT, temporaryFolder } from '../support/job.ts';
import { openJob, runShell, startHost, withoutOutsideWarning } from '../support/process-hosts.ts';
import { programJob, shellJob, waitFor } from '../support/processes.ts';

test('a host runs train, which runs the script with the variables of the host and of no other', async (t) => {
  process.env['OPTML_TEST_OUTSIDE'] = 'seen';
  t.after(() => delete process.env['OPTML_TEST_OUTSIDE']);
  const mlDir = makeJob(
    t,
    shellJob('pwd; echo "$SAGEMAKER_BASE_DIR $TMPDIR $MINE [$OPTML_TEST_OUTSIDE]"; echo $HOME $PATH'),
  );
  const { run, output } = await startHost(t, await openJob(t), { mlDir, environment: { MINE: 'yes' } });
  assert.deepEqual(await run.ended, { exitCode: 0, isOutOfMemory: false });
  const lines = output().split('\n');
  assert.ok(lines.includes('/opt/ml/code'));
  assert.ok(lines.includes('/opt/ml /opt/ml/tmp yes []'), output());
  assert.ok(lines.includes(`${process.env['HOME']} ${process.env['PATH']}`));
  assert.ok(existsSync(join(mlDir, 'output', 'success')));
});

test('the exit code of the script is that of the host', async (t) => {
  const { run } = await startHost(t, await openJob(t), { mlDir: makeJob(t, shellJob('exit 7')) });
  assert.deepEqual(await run.ended, { exitCode: 7, isOutOfMemory: false });
});

test('a host that a signal ended has 128 and its number, and is not out of memory without the kernel saying so', async (t) => {
  const { exitCode, isOutOfMemory, startError } = await runShell(t, "sh -c 'kill -9 $$'; exit $?");
  assert.deepEqual([exitCode, isOutOfMemory, startError], [137, false, undefined]);
});

test('an entrypoint alone runs without arguments (C3)', async (t) => {
  const open = await openJob(t, { entrypoint: ['/bin/sh', '-c', 'echo "$# $*"'] });
  const { run, output } = await startHost(t, open, { mlDir: temporaryFolder(t) });
  assert.equal((await run.ended).exitCode, 0);
  assert.equal(output(), '0 \n');
});

test('an entrypoint gets the arguments, whatever is in them (C3)', async (t) => {
  const open = await openJob(t, { entrypoint: ['printf', '%s\n'], arguments: ['--', "a b'$(id)", '', '*'] });
  const { run, output } = await startHost(t, open, { mlDir: temporaryFolder(t) });
  assert.equal((await run.ended).exitCode, 0);
  assert.equal(output(), "--\na b'$(id)\n\n*\n");
});

test('arguments alone are arguments of train (C3)', async (t) => {
  const open = await openJob(t, { arguments: ['--version'] });
  const { run, output } = await startHost(t, open, { mlDir: temporaryFolder(t) });
  assert.equal((await run.ended).exitCode, 0);
  assert.match(output(), /^\d+\.\d+\.\d+\n$/);
  const other = await openJob(t, { arguments: ['serve'] });
  const refused = await startHost(t, other, { mlDir: temporaryFolder(t) });
  assert.equal((await refused.run.ended).exitCode, 2);
  assert.match(refused.output(), /^train: unknown argument "serve"/);
});

test('an image is not used, which is said; a project folder is what runs', async (t) => {
  assert.deepEqual((await openJob(t)).warnings, []);
  assert.deepEqual((await openJob(t, { image: { kind: 'image', name: 'node:24' } })).warnings, [
    'The image node:24 is not used: the engine "process" runs what is on this machine',
  ]);
});

for (const command of [['optml-no-such-program'], ['/nowhere/program'], ['./code.txt']]) {
  test(`the program ${command[0]} cannot be started: exit code 127, and why`, async (t) => {
    const mlDir = temporaryFolder(t);
    writeFileSync(join(mlDir, 'code.txt'), 'text');
    const { run, output } = await startHost(t, await openJob(t, { entrypoint: command }), { mlDir });
    assert.deepEqual(await run.ended, {
      exitCode: 127,
      isOutOfMemory: false,
      startError: `${command[0]} is not on this machine, or not executable`,
    });
    assert.equal(output(), '');
  });
}

// Each host serves its name under its own address, all on one port, and asks all others.
const TALK = `
import { createServer, connect } from 'node:net';
const { SM_CURRENT_HOST: me, SM_HOSTS: list, PORT } = process.env;
const hosts = JSON.parse(list);
let asked = 0;
const server = createServer((socket) => { socket.end(me); if (++asked === hosts.length) server.close(); });
server.listen(Number(PORT), me);
const ask = (host) => new Promise((resolve) => {
  let text = '';
  const socket = connect(Number(PORT), host);
  socket.on('data', (data) => { text += data; }).on('end', () => resolve(text + ' at ' + socket.remoteAddress));
  socket.on('error', () => setTimeout(() => resolve(ask(host)), 50));
});
for (const host of hosts) console.log(me + ' heard ' + (await ask(host)));
`;

async function talk(t: TestContext, job: { readonly isIsolated?: boolean } = {}, program = TALK) {
  const hosts = ['algo-1', 'algo-2'];
  const open = await openJob(t, { hosts, ...job });
  const environment = { PORT: String(20_000 + Math.floor(Math.random() * 10_000)) };
  const started = hosts.map((name) => {
    const resourceConfig = { current_host: name, hosts };
    return startHost(t, open, {
      name,
      environment,
      mlDir: makeJob(t, programJob('talk.mjs', program, { resourceConfig })),
    });
  });
  const running = await Promise.all(started);
  const codes = await Promise.all(running.map(async ({ run }) => (await run.ended).exitCode));
  const outputs = running.map(({ output }) => output());
  assert.deepEqual(codes, [0, 0], outputs.join('\n'));
  return { outputs, warnings: withoutOutsideWarning(open.warnings) };
}

test('hosts find one another by name and talk, each with an address of its own', async (t) => {
  const before = readFileSync('/etc/hosts', 'utf8');
  const { outputs, warnings } = await talk(t);
  const heard = outputs.map((output) => output.split('\n').filter((line) => line.includes(' heard ')));
  const addresses = heard[0]?.map((line) => line.split(' at ')[1]) ?? [];
  assert.deepEqual(heard, [
    [`algo-1 heard algo-1 at ${addresses[0]}`, `algo-1 heard algo-2 at ${addresses[1]}`],
    [`algo-2 heard algo-1 at ${addresses[0]}`, `algo-2 heard algo-2 at ${addresses[1]}`],
  ]);
  assert.notEqual(addresses[0], addresses[1]);
  assert.ok(addresses.every((address) => /^10\.\d+\.0\.[12]$/.test(address ?? '')));
  assert.deepEqual(warnings, []);
  assert.equal(readFileSync('/etc/hosts', 'utf8'), before);
});

test('isolated hosts have a network that holds no one else, and still find one another (C7)', async (t) => {
  const program = `import { networkInterfaces } from 'node:os';\nconsole.log('interfaces', Object.keys(networkInterfaces()).join());\n${TALK}`;
  const { outputs, warnings } = await talk(t, { isIsolated: true }, program);
  for (const output of outputs) {
    assert.match(output, /^interfaces lo,eth0$/m);
    assert.match(output, /heard algo-1 at 10\..*\n.*heard algo-2 at 10\./);
  }
  assert.deepEqual(warnings, []);
});

test("the system's own hosts file goes on after the hosts of the job", async (t) => {
  const { output } = await runShell(t, 'cat /etc/hosts', {}, { hosts: ['algo-1', 'algo-2'] });
  const [first = '', second = '', ...rest] = output.split('\n');
  assert.match(first, /^10\.\d+\.0\.1 algo-1 ip-10-0-0-1\.ec2\.internal ip-10-0-0-1$/);
  assert.equal(second, first.replaceAll('0-1', '0-2').replace('0.1 algo-1', '0.2 algo-2'));
  assert.equal(rest.join('\n'), readFileSync('/etc/hosts', 'utf8'));
});

test('two jobs side by side never share addresses, and a job that comes back has its old ones', async (t) => {
  const first = takeHostAddresses('same-name');
  const second = takeHostAddresses('same-name');
  t.after(() => second.release());
  assert.notEqual(first.of(0), second.of(0));
  first.release();
  const third = takeHostAddresses('same-name');
  t.after(() => third.release());
  assert.equal(third.of(0), first.of(0));
  assert.equal(third.of(250), third.of(0).replace(/0\.1$/, '1.1'));
});

test('a channel can be read and not written to; checkpoints can be written to', async (t) => {
  const [channel, checkpoints] = [temporaryFolder(t), temporaryFolder(t)];
  writeFileSync(join(channel, 'a b.csv'), '1,2');
  const script =
    'cat "$SAGEMAKER_BASE_DIR/input/data/training/a b.csv"; echo; echo x > $SAGEMAKER_BASE_DIR/input/data/training/new; ' +
    'echo x > "$SAGEMAKER_BASE_DIR/input/data/training/a b.csv"; echo saved > $SAGEMAKER_BASE_DIR/checkpoints/1';
  const { output, exitCode } = await runShell(t, script, {
    mounts: [
      { source: channel, target: '/opt/ml/input/data/training', isReadOnly: true },
      { source: checkpoints, target: '/opt/ml/checkpoints', isReadOnly: false },
    ],
  });
  assert.equal(exitCode, 0);
  assert.match(output, /^1,2\n/);
  assert.equal(output.match(/Read-only file system/g)?.length, 2);
  assert.ok(!existsSync(join(channel, 'new')));
  assert.equal(readFileSync(join(checkpoints, '1'), 'utf8'), 'saved\n');
});

test('a single file is mounted in its place', async (t) => {
  const source = join(temporaryFolder(t), 'manifest');
  writeFileSync(source, '[]');
  const mounts = [{ source, target: '/opt/ml/input/data/training-manifest', isReadOnly: true }];
  const { output } = await runShell(t, 'cat $SAGEMAKER_BASE_DIR/input/data/training-manifest', { mounts });
  assert.equal(output, '[]');
});

test('the program runs in the code folder, also where that is mounted', async (t) => {
  const source = temporaryFolder(t);
  writeFileSync(join(source, 'hello.txt'), 'hello');
  const mlDir = temporaryFolder(t);
  const mounts = [{ source, target: '/opt/ml/code', isReadOnly: false }];
  assert.equal((await runShell(t, 'pwd; cat hello.txt', { mlDir, mounts })).output, '/opt/ml/code\nhello');
});

test('a mount outside of /opt/ml needs a folder of this machine, else the host does not start', async (t) => {
  const mounts = [{ source: temporaryFolder(t), target: '/elsewhere', isReadOnly: false }];
  const { exitCode, startError } = await runShell(t, 'true', { mounts });
  assert.equal(exitCode, 126);
  assert.match(startError ?? '', /^InfrastructureError START_FAILED: \/elsewhere is not a folder of this machine/);
  assert.match(
    startError ?? '',
    /^Fix: Create this folder, or choose a path below \/opt\/ml, or a container engine\.$/m,
  );
  const target = temporaryFolder(t);
  const { output } = await runShell(t, `touch ${target}/made`, { mounts: [{ ...mounts[0], target }] as Mount[] });
  assert.deepEqual([output, readdirSync(mounts[0]?.source ?? ''), readdirSync(target)], ['', ['made'], []]);
});

test('what cannot be mounted keeps the host from starting, and says why', async (t) => {
  const mlDir = temporaryFolder(t);
  const source = temporaryFolder(t);
  mkdirSync(join(mlDir, 'input'));
  writeFileSync(join(mlDir, 'input', 'data'), 'a file where a folder should be');
  const mounts = [{ source, target: '/opt/ml/input/data', isReadOnly: true }];
  const { exitCode, startError, output } = await runShell(t, 'true', { mlDir, mounts });
  assert.notEqual(exitCode, 0);
  assert.match(startError ?? '', /START_FAILED: algo-1 cannot be set up: mount: .*not a directory/);
  assert.equal(output, '');
});

test('a stop reaches the script as SIGTERM', async (t) => {
  const script = 'trap "echo stopping; exit 3" TERM; echo ready; while :; do sleep 0.05; done';
  const { run, output } = await startHost(t, await openJob(t), { mlDir: makeJob(t, shellJob(script)) });
  await waitFor('the script runs', () => output().includes('ready'));
  run.stop();
  assert.equal((await run.ended).exitCode, 3);
  assert.match(output(), /^stopping$/m);
});

test('a stop right after the start is not lost', async (t) => {
  const { run } = await startHost(t, await openJob(t), { mlDir: makeJob(t, shellJob('exec sleep 20')) });
  run.stop();
  assert.equal((await run.ended).exitCode, 143);
});

test('a kill ends a script that ignores SIGTERM', async (t) => {
  const script = 'trap "" TERM; echo ready; while :; do sleep 0.05; done';
  const { run, output } = await startHost(t, await openJob(t), { mlDir: makeJob(t, shellJob(script)) });
  await waitFor('the script runs', () => output().includes('ready'));
  run.stop();
  run.kill();
  assert.equal((await run.ended).exitCode, 137);
});

test('nothing outlives a host, not even what left its group and dropped its variables', async (t) => {
  const dir = temporaryFolder(t);
  const script = `env -i PATH="$PATH" setsid sh -c 'echo started; while :; do echo x >> ${dir}/alive; sleep 0.02; done' & while [ ! -e ${dir}/alive ]; do sleep 0.02; done`;
  assert.equal((await runShell(t, script)).exitCode, 0);
  const size = () => readFileSync(join(dir, 'alive')).length;
  const before = size();
  await sleep(200);
  assert.equal(size(), before);
});

test('each stream arrives by itself, whole and in its order', async (t) => {
  const { stdout, stderr } = await runShell(
    t,
    'i=0; while [ $i -lt 500 ]; do printf "out $i"; printf "err $i" >&2; echo; echo >&2; i=$((i+1)); done',
  );
  const lines = (word: string) => Array.from({ length: 500 }, (_, i) => `${word} ${i}\n`).join('');
  assert.deepEqual([stdout, stderr], [lines('out'), lines('err')]);
});

test('both streams of train arrive by themselves', async (t) => {
  const mlDir = makeJob(t, shellJob('echo "out 1"; echo "err 1" >&2; printf "out 2"; printf "err 2" >&2'));
  const { run, outputOf } = await startHost(t, await openJob(t), { mlDir });
  assert.equal((await run.ended).exitCode, 0);
  assert.equal(outputOf('stdout'), 'out 1\nout 2');
  assert.match(outputOf('stderr'), /Invoking user script.*\nerr 1\nerr 2\n.*Reporting training SUCCESS\n$/s);
});

test('lines of two streams keep their order if their reader has time between them', async (t) => {
  const step = (word: string, to: string) => `echo "${word} $i" ${to}; sleep 0.05;`;
  const script = `i=0; while [ $i -lt 10 ]; do ${step('out', '')} ${step('err', '>&2')} i=$((i+1)); done`;
  const { output } = await runShell(t, script);
  assert.equal(output, Array.from({ length: 10 }, (_, i) => `out ${i}\nerr ${i}\n`).join(''));
});

test('a slow reader of the output holds the program back, and gets all of it', async (t) => {
  const mlDir = temporaryFolder(t);
  const open = await openJob(t, { entrypoint: ['/bin/sh', '-c', 'head -c 5000000 /dev/zero; echo > done'] });
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let taken = 0;
  let calls = 0;
  const onOutput = async (bytes: Buffer) => {
    calls += 1;
    await held;
    taken += bytes.length;
  };
  const { run } = await startHost(t, open, { mlDir, onOutput });
  await waitFor('output comes', () => calls > 0);
  await sleep(300);
  assert.equal(calls, 1);
  assert.ok(!existsSync(join(mlDir, 'done')));
  release();
  assert.equal((await run.ended).exitCode, 0);
  assert.equal(taken, 5_000_000);
});

test('all output has come when the host has ended, also where it is taken slowly', async (t) => {
  const open = await openJob(t, { entrypoint: ['/bin/sh', '-c', 'head -c 60000 /dev/zero'] });
  let taken = 0;
  const onOutput = async (bytes: Buffer) => {
    await sleep(1500);
    taken += bytes.length;
  };
  const { run } = await startHost(t, open, { mlDir: temporaryFolder(t), onOutput });
  await run.ended;
  assert.equal(taken, 60_000);
});

test('standard output and standard error can be opened by name, as in a container', async (t) => {
  const { stdout, stderr } = await runShell(t, 'echo out > /dev/stdout; echo err > /dev/stderr');
  assert.deepEqual([stdout, stderr], ['out\n', 'err\n']);
});

const NOBODY = 65_534;

test('a user who is not root has all of it too: own id, names, read-only channels, an end to everything', {
  skip: process.geteuid?.() === 0 ? false : 'all tests of this file run as such a user already',
}, async (t) => {
  const dir = temporaryFolder(t);
  const [mlDir, workDir, channel] = ['ml', 'work', 'channel'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [mlDir, workDir, channel]) mkdirSync(path);
  for (const path of [dir, mlDir, workDir, channel]) chownSync(path, NOBODY, NOBODY);
  const script = [
    'echo "uid $(id -u) gid $(id -g) pid $$"',
    'grep -c "algo-[12] " /etc/hosts',
    'touch input/data/training/new',
    'umount input/data/training',
    'mkdir -p closed/inner; echo x > closed/inner/file; chmod 0 closed/inner/file closed/inner closed',
    `setsid env -i PATH="$PATH" sh -c 'while :; do echo x >> ${dir}/alive; sleep 0.02; done' >/dev/null 2>&1 &`,
    `while [ ! -e ${dir}/alive ]; do sleep 0.02; done`,
  ].join('\n');
  const hosts = ['algo-1', 'algo-2'];
  const job = {
    name: 'nobodys',
    image: { kind: 'project', dir: '/x' } as const,
    entrypoint: ['/bin/sh', '-c', script],
    hosts,
    isIsolated: true,
    workDir,
  };
  const mounts = [{ source: channel, target: '/opt/ml/input/data/training', isReadOnly: true }];
  const host = { name: 'algo-1', mlDir, mounts, environment: {} };
  const program = join(ROOT, 'test', 'support', 'run-host-program.ts');
  const args = ['--conditions=optml-source', '--import', 'tsx', program, JSON.stringify({ job, host })];
  const { stdout, status, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: dir },
    uid: NOBODY,
    gid: NOBODY,
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.equal(status, 0, stderr + stdout);
  const size = readFileSync(join(dir, 'alive')).length;
  const [first, second, third = '', fourth = '', ...rest] = stdout.trim().split('\n');
  assert.deepEqual([first, second], [`uid ${NOBODY} gid ${NOBODY} pid 1`, '2'], stdout);
  assert.match(third, /Read-only file system/);
  assert.match(fourth, /^umount: /);
  assert.deepEqual(JSON.parse(rest.at(-1) ?? ''), { end: { exitCode: 0, isOutOfMemory: false }, warnings: [] });
  // The owner may read and remove what the program had closed.
  for (const [path, mode] of [
    ['closed', 0o700],
    ['closed/inner', 0o700],
    ['closed/inner/file', 0o400],
  ] as const) {
    assert.equal(statSync(join(mlDir, path)).mode & 0o777, mode, path);
  }
  await sleep(100);
  assert.equal(readFileSync(join(dir, 'alive')).length, size);
});
