// Rank launch (`optml_launch`) on hosts of one machine, each with a loopback address of its own: `npm run build` first.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeJob, type RunningJob, startTrain, temporaryFolder } from '../support/job.ts';
import { childrenOf, isAlive, waitFor } from '../support/processes.ts';
import { endsOf, hostAddresses, startHosts } from '../support/rank-hosts.ts';

// Every rank connects to rank 0 at MASTER_ADDR:MASTER_PORT, as torch.distributed does with init_method="env://".
const MEET = `
import { createServer, connect } from 'node:net';
import { writeFileSync } from 'node:fs';
const { RANK, WORLD_SIZE, LOCAL_RANK, LOCAL_WORLD_SIZE, NODE_RANK, MASTER_ADDR, MASTER_PORT, SM_MODEL_DIR } = process.env;
const done = (met) => writeFileSync(SM_MODEL_DIR + '/rank-' + RANK,
  [RANK, WORLD_SIZE, LOCAL_RANK, LOCAL_WORLD_SIZE, NODE_RANK, met].join(' '));
if (RANK === '0') {
  const seen = ['0'];
  const server = createServer((socket) => socket.on('data', (text) => {
    seen.push(String(text));
    socket.end('ok');
    if (seen.length === Number(WORLD_SIZE)) { done(seen.sort().join('')); server.close(); }
  })).listen(Number(MASTER_PORT), MASTER_ADDR);
} else {
  const join = () => connect(Number(MASTER_PORT), MASTER_ADDR)
    .on('connect', function () { this.write(RANK); }).on('data', (text) => done(String(text))).on('error', () => setTimeout(join, 50));
  join();
}
`;

const ranksIn = (host: RunningJob) =>
  readdirSync(join(host.base, 'model'))
    .sort()
    .map((name) => readFileSync(join(host.base, 'model', name), 'utf8'));
const readyIn = (hosts: readonly RunningJob[]) => Promise.all(hosts.map((host) => host.seen('ready\nready')));
const secondsSince = (start: number) => (performance.now() - start) / 1000;

test('ranks of two hosts find one another by the variables that PyTorch reads', async (t) => {
  const hosts = startHosts(t, { program: 'train.mjs', code: MEET });
  const ends = await endsOf(hosts);
  assert.deepEqual(
    ends.map(({ code, isSuccess }) => [code, isSuccess]),
    [
      [0, true],
      [0, true],
    ],
    ends[0]?.stderr,
  );
  assert.deepEqual(hosts.map(ranksIn), [
    ['0 4 0 2 0 0123', '1 4 1 2 0 ok'],
    ['2 4 0 2 1 ok', '3 4 1 2 1 ok'],
  ]);
});

test('hosts may run different numbers of ranks, which they tell one another', async (t) => {
  const counts = [1, 3, 2];
  const folders = counts.map((count) => {
    const bin = temporaryFolder(t);
    writeFileSync(join(bin, 'nvidia-smi'), `#!/bin/sh\n${'echo "GPU 0: stand-in"\n'.repeat(count)}`, { mode: 0o755 });
    return bin;
  });
  const hosts = startHosts(t, {
    program: 'train.mjs',
    code: MEET,
    hosts: 3,
    hyperparameters: { sagemaker_mpi_num_of_processes_per_host: '' },
    variablesOf: (index) => ({ PATH: `${folders[index]}:${process.env['PATH']}` }),
  });
  const ends = await endsOf(hosts);
  assert.deepEqual(
    ends.map(({ code }) => code),
    [0, 0, 0],
    ends[0]?.stderr,
  );
  assert.deepEqual(hosts.map(ranksIn), [
    ['0 6 0 1 0 012345'],
    ['1 6 0 3 1 ok', '2 6 1 3 1 ok', '3 6 2 3 1 ok'],
    ['4 6 0 2 2 ok', '5 6 1 2 2 ok'],
  ]);
});

test('one host needs no network, and TypeScript runs as anywhere', async (t) => {
  const code =
    'const rank: string = process.env["RANK"] ?? ""; console.log("rank " + rank + " of " + process.env["WORLD_SIZE"]);';
  const [host] = startHosts(t, {
    program: 'train.ts',
    code,
    hosts: 1,
    hyperparameters: { sagemaker_mpi_num_of_processes_per_host: '3' },
  });
  const end = await (host as RunningJob).ended;
  assert.equal(end.code, 0, end.stderr);
  assert.deepEqual(end.stdout.trim().split('\n').sort(), ['rank 0 of 3', 'rank 1 of 3', 'rank 2 of 3']);
});

test('a Python script reads its place from the same variables', async (t) => {
  const code = 'import os\nprint(os.environ["RANK"], os.environ["WORLD_SIZE"], os.environ["MASTER_ADDR"] != "")\n';
  const hosts = startHosts(t, { program: 'train.py', code });
  const ends = await endsOf(hosts);
  const lines = ends.flatMap(({ stdout }) => stdout.trim().split('\n')).sort();
  assert.deepEqual(lines, ['0 4 True', '1 4 True', '2 4 True', '3 4 True'], ends[0]?.stderr);
});

test('lines of several ranks do not run into one another, though Python writes them in pieces', async (t) => {
  const code = 'import os\nfor i in range(300): print("line", i, "of", "rank", os.environ["RANK"], "end")\n';
  const [host] = startHosts(t, {
    program: 'train.py',
    code,
    hosts: 1,
    hyperparameters: { sagemaker_mpi_num_of_processes_per_host: '4' },
  });
  const { stdout } = await (host as RunningJob).ended;
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines.length, 1200);
  assert.deepEqual(
    lines.filter((line) => !/^line \d+ of rank \d end$/.test(line)),
    [],
  );
});

test('one failing rank ends all, everywhere, with its error, within seconds', async (t) => {
  const code = `#!/bin/sh
echo ready
if [ $RANK = 3 ]; then sleep 0.5; echo "ValueError: loss is NaN" >&2; exit 7; fi
trap '' TERM
sleep 60 & wait; sleep 60`;
  const hosts = startHosts(t, { program: 'train.sh', code });
  await readyIn(hosts);
  const start = performance.now();
  const ends = await endsOf(hosts);
  assert.ok(secondsSince(start) < 5, `${secondsSince(start)} s, though the others ignore SIGTERM`);
  for (const { code: exitCode, failure, isSuccess } of ends) {
    assert.deepEqual([exitCode, isSuccess], [7, false]);
    assert.match(
      failure ?? '',
      /^ExecuteUserScriptError:\nExitCode 7\nErrorMessage "rank 3 on 127\.[\d.]+ failed\n?.*ValueError: loss is NaN/s,
    );
  }
});

test('a stop of one host reaches every rank of all, which have their time to save', async (t) => {
  const code = `#!/bin/sh
trap 'sleep 1.5; echo saved > $SM_MODEL_DIR/rank-$RANK; exit 0' TERM
echo ready
while :; do sleep 0.1; done`;
  const hosts = startHosts(t, { program: 'train.sh', code });
  await readyIn(hosts);
  hosts[1]?.child.kill('SIGTERM');
  const ends = await endsOf(hosts);
  assert.deepEqual(
    ends.map(({ code: exitCode }) => exitCode),
    [0, 0],
    ends[0]?.stderr,
  );
  assert.deepEqual(
    hosts.map((host) => readdirSync(join(host.base, 'model')).sort()),
    [
      ['rank-0', 'rank-1'],
      ['rank-2', 'rank-3'],
    ],
  );
});

test('a rank gets a stop once, though the hosts tell one another and the platform tells all', async (t) => {
  const code = `#!/bin/bash
trap 'echo told >> $SM_MODEL_DIR/rank-$RANK; left=10' TERM
left=-1
echo ready
while [ $left != 0 ]; do sleep 0.1; left=$((left - 1)); done`;
  const hosts = startHosts(t, { program: 'train.sh', code });
  await readyIn(hosts);
  hosts[0]?.child.kill('SIGTERM');
  await hosts[1]?.seen('Received SIGTERM');
  hosts[1]?.child.kill('SIGTERM');
  const ends = await endsOf(hosts);
  assert.deepEqual(
    ends.map(({ code: exitCode }) => exitCode),
    [0, 0],
    ends[0]?.stderr,
  );
  assert.deepEqual(hosts.flatMap(ranksIn), Array(4).fill('told\n'));
});

test('a rank that ends first while the job is being stopped does not cut the others short', async (t) => {
  const code = `#!/bin/sh
trap 'if [ $RANK = 0 ]; then exit 143; fi; sleep 2; echo saved > $SM_MODEL_DIR/rank-$RANK; exit 143' TERM
echo ready
while :; do sleep 0.1; done`;
  const hosts = startHosts(t, { program: 'train.sh', code });
  await readyIn(hosts);
  for (const { child } of hosts) child.kill('SIGTERM');
  const ends = await endsOf(hosts);
  assert.deepEqual(
    ends.map(({ code: exitCode }) => exitCode),
    [143, 143],
  );
  assert.deepEqual(
    hosts.map((host) => readdirSync(join(host.base, 'model'))),
    [['rank-1'], ['rank-2', 'rank-3']],
  );
  for (const { failure } of ends) assert.match(failure ?? '', /rank 0 on 127\.[\d.]+ failed: stopped by SIGTERM/);
});

test('other signals are passed on to every rank of the host', async (t) => {
  const code = `#!/bin/sh
trap 'echo got-$RANK; exit 0' USR1
echo ready
while :; do sleep 0.1; done`;
  const [host] = startHosts(t, { program: 'train.sh', code, hosts: 1 });
  await host?.seen('ready\nready');
  host?.child.kill('SIGUSR1');
  const end = await (host as RunningJob).ended;
  assert.match(end.stdout, /got-0/);
  assert.match(end.stdout, /got-1/);
});

for (const [who, killed, left] of [
  ['a worker', 1, 0],
  ['the first host', 0, 1],
] as const) {
  test(`when ${who} is killed, the others end within seconds and say so`, async (t) => {
    const hosts = startHosts(t, { program: 'train.sh', code: '#!/bin/sh\necho ready\nexec sleep 60\n' });
    await readyIn(hosts);
    const ranks = hosts.map(({ child }) => childrenOf(child.pid ?? 0));
    assert.ok(ranks.every((pids) => pids.length >= 2));
    const start = performance.now();
    hosts[killed]?.child.kill('SIGKILL');
    const end = await (hosts[left] as RunningJob).ended;
    assert.ok(secondsSince(start) < 5, `${secondsSince(start)} s`);
    // The container takes the killed host's ranks along; here nothing does.
    for (const pid of ranks[killed] ?? []) process.kill(pid, 'SIGKILL');
    assert.equal(end.code, 1);
    assert.match(
      end.failure ?? '',
      /^InfrastructureError HOSTS_LOST: (?:the first host, |host )127\.[\d.]+,? is lost: /,
    );
    assert.ok(!(ranks[left] ?? []).some(isAlive), 'no rank is left');
  });
}

test('a host that never comes is named, on all that came', async (t) => {
  const variables = { OPTML_HOST_WAIT_SECONDS: '1.5' };
  const hosts = startHosts(t, { program: 'train.sh', code: '#!/bin/sh\n', hosts: 3, variables, started: [0, 2] });
  const [first, third] = await endsOf(hosts);
  const missing = /1 of 3 hosts did not come within 1\.5 s: 127\.[\d.]+\.2\n/;
  assert.match(first?.failure ?? '', missing);
  assert.match(
    third?.failure ?? '',
    /^InfrastructureError HOSTS_LOST: the first host, 127\.[\d.]+\.1, (?:gave up: 1 of 3|did not come)/,
  );
  assert.match(first?.stderr ?? '', /Waiting for \d of 3 hosts/);
  assert.deepEqual([first?.code, third?.code], [1, 1]);
});

test('without its first host a worker gives up after the same time', async (t) => {
  const variables = { OPTML_HOST_WAIT_SECONDS: '1' };
  const [host] = startHosts(t, { program: 'train.sh', code: '#!/bin/sh\n', variables, started: [1] });
  const { failure } = await (host as RunningJob).ended;
  assert.match(
    failure ?? '',
    /HOSTS_LOST: the first host, 127\.[\d.]+\.1, did not come within 1 s\n.*\nFix: .*on port \d+ /,
  );
});

test('a stop while hosts wait for one another ends the waiting', async (t) => {
  const [host] = startHosts(t, { program: 'train.sh', code: '#!/bin/sh\n', started: [0] });
  await host?.seen('Waiting for 1 of 2 hosts');
  host?.child.kill('SIGTERM');
  const { code, failure } = await (host as RunningJob).ended;
  assert.equal(code, 143);
  assert.match(failure ?? '', /STOPPED: the job was stopped by SIGTERM before the training program was started/);
});

test('all ranks are started again after one has failed, as often as that is allowed', async (t) => {
  const code = `#!/bin/sh
echo start >> $SM_MODEL_DIR/rank-$RANK
if [ $RANK = 2 ] && [ $(wc -l < $SM_MODEL_DIR/rank-2) -lt 3 ]; then exit 9; fi
sleep 0.7`;
  const again = startHosts(t, { program: 'train.sh', code, hyperparameters: { optml_max_restarts: '2' } });
  const ends = await endsOf(again);
  assert.deepEqual(
    ends.map(({ code: exitCode }) => exitCode),
    [0, 0],
    ends[0]?.stderr,
  );
  const starts = again.flatMap(ranksIn).map((text) => text.split('start').length - 1);
  assert.equal(starts[2], 3);
  // Of a round that fails immediately another rank may not have got so far.
  assert.ok(starts.length === 4 && starts.every((count) => count >= 1 && count <= 3), String(starts));
  assert.match(
    ends[0]?.stderr ?? '',
    /rank 2 on 127\.[\d.]+ failed with exit code 9: starting all ranks again \(1 of 2\)/,
  );
  const tooFew = startHosts(t, { program: 'train.sh', code, hyperparameters: { optml_max_restarts: '1' } });
  assert.deepEqual(
    (await endsOf(tooFew)).map(({ code: exitCode }) => exitCode),
    [9, 9],
  );
});

test('hosts of groups that take no part run the plain process, and no one waits for them', async (t) => {
  const code = '#!/bin/sh\nif [ -n "$RANK" ]; then echo $RANK $WORLD_SIZE; else echo none; fi\n';
  const hosts = startHosts(t, {
    program: 'train.sh',
    code,
    hosts: 3,
    hyperparameters: { sagemaker_distribution_instance_groups: '["workers"]' },
    resources: (all, index) => ({
      current_group_name: index === 0 ? 'data' : 'workers',
      instance_groups: [
        { instance_group_name: 'data', instance_type: 'local', hosts: [all[0]] },
        { instance_group_name: 'workers', instance_type: 'local', hosts: all.slice(1) },
      ],
    }),
  });
  const ends = await endsOf(hosts);
  assert.deepEqual(
    ends.map(({ stdout }) => stdout.trim().split('\n').sort()),
    [['none'], ['0 4', '1 4'], ['2 4', '3 4']],
    ends[1]?.stderr,
  );
});

test('a control port that is taken is named, and strangers on it are shown out', async (t) => {
  const {
    hosts: [first = '', second = ''],
    port,
  } = hostAddresses(2);
  const taken = createServer().listen(port + 1, first);
  t.after(() => taken.close());
  const job = (host: string) =>
    makeJob(t, {
      program: 'train.sh',
      files: { 'code/train.sh': '#!/bin/sh\n' },
      hyperparameters: { optml_launch: 'true', optml_master_port: String(port) },
      resourceConfig: { current_host: host, hosts: [first, second] },
    });
  const blocked = await startTrain(t, job(first)).ended;
  assert.match(blocked.failure ?? '', /START_FAILED: the control port \d+ cannot be opened: .*EADDRINUSE/);
  await new Promise((resolve) => taken.close(resolve));
  const leader = startTrain(t, job(first));
  await leader.seen('Waiting for');
  const { connect } = await import('node:net');
  const stranger = connect(port + 1, first).on('error', () => undefined);
  stranger.write('GET / HTTP/1.1\r\n\r\n');
  await new Promise((resolve) => stranger.on('close', resolve));
  const worker = startTrain(t, job(second), { TRAINING_JOB_NAME: 'another-job' });
  const refused = await worker.ended;
  assert.match(refused.failure ?? '', /HOSTS_LOST: the first host, [\d.]+, gave up: it belongs to job "another-job"/);
  const right = await startTrain(t, job(second)).ended;
  assert.deepEqual([right.code, (await leader.ended).code], [0, 0], right.stderr);
});

test('nothing of the ranks is left when all is over', async (t) => {
  const code = '#!/bin/sh\nsleep 60 &\necho "child $!"\n';
  const [host] = startHosts(t, { program: 'train.sh', code, hosts: 1 });
  const { stdout, code: exitCode } = await (host as RunningJob).ended;
  const pids = [...stdout.matchAll(/child (\d+)/g)].map(([, pid]) => Number(pid));
  assert.deepEqual([exitCode, pids.length], [0, 2]);
  await waitFor('the children of both ranks are gone', () => !pids.some(isAlive));
});
