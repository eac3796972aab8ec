// Open MPI over SSH between real containers: images built by `node --import tsx test/container/build-images.ts`.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { engineOk, type JobContainer } from '../container/support/engine.ts';
import { IMAGES } from '../container/support/images.ts';
import { startMpi } from './support/mpi-hosts.ts';

test('ranks run on both hosts, each with the environment of its own, and the log says where', async (t) => {
  const code = `#!/bin/sh
echo "rank $OMPI_COMM_WORLD_RANK of $OMPI_COMM_WORLD_SIZE on $SM_CURRENT_HOST with [$*] \${SM_HP_NOTE} \${IMAGE_VALUE} $HOME $(pwd)"
echo "a word on standard error" >&2
echo $SM_CURRENT_HOST > $SM_MODEL_DIR/rank-$OMPI_COMM_WORLD_RANK`;
  const { hosts } = await startMpi(t, {
    program: 'go.sh',
    code,
    hyperparameters: { note: "a 'b; c" },
    options: (index) => ['-e', `IMAGE_VALUE=of-host-${index + 1}`],
  });
  const [master, worker] = await Promise.all(hosts.map(({ ended }) => ended));
  assert.ok(master !== undefined && worker !== undefined);
  assert.deepEqual([master.code, worker.code], [0, 0], `${master.stderr}\n${master.stdout}\n${worker.stderr}`);
  const lines = master.stdout
    .split('\n')
    .filter((line) => line.includes('] rank') || line.includes('>:rank'))
    .sort();
  assert.deepEqual(
    lines,
    [0, 1, 2, 3].map((rank) => {
      const host = rank < 2 ? 1 : 2;
      return `[1,mpirank:${rank},algo-${host}]<stdout>:rank ${rank} of 4 on algo-${host} with [--note a 'b; c] a 'b; c of-host-${host} /root /opt/ml/code`;
    }),
  );
  assert.match(master.stderr, /^\[1,mpirank:3,algo-2\]<stderr>:a word on standard error$/m);
  assert.deepEqual(
    hosts.map(({ base }) =>
      readdirSync(join(base, 'model')).map((name) => readFileSync(join(base, 'model', name), 'utf8').trim()),
    ),
    [
      ['algo-1', 'algo-1'],
      ['algo-2', 'algo-2'],
    ],
  );
  assert.ok(master.isSuccess && worker.isSuccess);
});

/** Seconds since `start`, and a line of it in the report. */
function secondsSince(t: TestContext, start: number, what: string): number {
  const seconds = (performance.now() - start) / 1000;
  t.diagnostic(`${what}: ${seconds.toFixed(1)} s`);
  return seconds;
}

const endsOf = (hosts: readonly JobContainer[]) => Promise.all(hosts.map(({ ended }) => ended));
/** Until every rank has said that it is ready; the first host's log has the lines of all. */
const ready = async (hosts: readonly JobContainer[], count: number) => {
  for (let rank = 0; rank < count; rank++) await hosts[0]?.seen(`ready ${rank}.`);
};
// The goal is 5 s; an engine on a busy machine takes some itself. `npm run bench:distributed` measures.
const LIMIT_SECONDS = 8;

test('a rank that fails on the worker ends all within seconds, and is the reason on every host', async (t) => {
  const code = `#!/bin/sh
echo "ready $OMPI_COMM_WORLD_RANK."
if [ $OMPI_COMM_WORLD_RANK = 3 ]; then sleep 2; echo "ValueError: loss is NaN" >&2; date +%s.%N > $SM_MODEL_DIR/failed; exit 7; fi
trap '' TERM
sleep 60; sleep 60`;
  const { hosts } = await startMpi(t, { program: 'go.sh', code });
  await ready(hosts, 4);
  const ends = await endsOf(hosts);
  const failedAt = Number(readFileSync(join(hosts[1]?.base ?? '', 'model', 'failed'), 'utf8'));
  const seconds = Date.now() / 1000 - failedAt;
  t.diagnostic(`from the failing rank to the end of both containers: ${seconds.toFixed(1)} s`);
  assert.ok(seconds < LIMIT_SECONDS, `${seconds} s, though the others ignore SIGTERM`);
  for (const { code: exitCode, failure, isSuccess, stderr } of ends) {
    assert.deepEqual([exitCode, isSuccess], [7, false], stderr);
    assert.match(
      failure ?? '',
      /^ExecuteUserScriptError:\nExitCode 7\nErrorMessage "rank 3 on algo-2 failed\n.*ValueError: loss is NaN/s,
    );
  }
});

const WAITS = '#!/bin/sh\necho "ready $OMPI_COMM_WORLD_RANK."\nexec sleep 120\n';

for (const [who, killed, left] of [
  ['a worker', 1, 0],
  ['the first host', 0, 1],
] as const) {
  test(`when ${who} is killed, the other ends within seconds with an error`, async (t) => {
    const { hosts } = await startMpi(t, { program: 'go.sh', code: WAITS });
    await ready(hosts, 4);
    const start = performance.now();
    await engineOk(t, 'kill', hosts[killed]?.name ?? '');
    const end = await (hosts[left] as JobContainer).ended;
    assert.ok(secondsSince(t, start, `from the kill of ${who} to the end of the other`) < LIMIT_SECONDS);
    assert.equal(end.code, 1, end.stderr);
    assert.match(end.failure ?? '', new RegExp(`^InfrastructureError HOSTS_LOST: .*algo-${killed + 1},? is lost: `));
  });
}

test('a network that is cut in mid-run ends both hosts within seconds', async (t) => {
  const { hosts, network } = await startMpi(t, { program: 'go.sh', code: WAITS });
  await ready(hosts, 4);
  const start = performance.now();
  await engineOk(t, 'network', 'disconnect', network, hosts[1]?.name ?? '');
  const ends = await endsOf(hosts);
  assert.ok(secondsSince(t, start, 'from the cut to the end of both') < 15);
  for (const { code, failure, stderr } of ends) {
    // Open MPI or optml notices it first.
    assert.notEqual(code, 0, stderr);
    assert.match(failure ?? '', code === 1 ? /HOSTS_LOST|ExitCode 1\n/ : new RegExp(`ExitCode ${code}\n`));
  }
});

test('a host that never comes is named by those that came', async (t) => {
  const options = () => ['-e', 'OPTML_HOST_WAIT_SECONDS=4', '-e', 'SM_STUDIO_LOCAL_MODE=true'];
  const { hosts } = await startMpi(t, { program: 'go.sh', code: WAITS, hosts: 3, started: [0, 1], options });
  const [master, worker] = await endsOf(hosts);
  assert.match(master?.failure ?? '', /HOSTS_LOST: 1 of 3 hosts did not come within 4 s: algo-3\n/);
  assert.match(worker?.failure ?? '', /HOSTS_LOST: the first host, algo-1, gave up: 1 of 3 hosts did not come/);
  assert.deepEqual([master?.code, worker?.code], [1, 1]);
});

test('a stop by the platform reaches every rank of three hosts, and each has its 20 seconds to save', async (t) => {
  const code = `#!/bin/bash
trap 'if [ $OMPI_COMM_WORLD_RANK = 0 ]; then exit 143; fi; sleep 20; echo saved > $SM_MODEL_DIR/rank-$OMPI_COMM_WORLD_RANK; exit 0' TERM
echo "ready $OMPI_COMM_WORLD_RANK."
while :; do sleep 0.2; done`;
  const { hosts } = await startMpi(t, { program: 'go.sh', code, hosts: 3 });
  await ready(hosts, 6);
  const start = performance.now();
  await Promise.all(hosts.map((host) => host.stop(60)));
  const ends = await endsOf(hosts);
  const seconds = secondsSince(t, start, 'from the stop to the end of all, of which ranks save for 20 s');
  assert.ok(seconds > 20 && seconds < 20 + 2 * LIMIT_SECONDS, ends[0]?.stderr);
  assert.deepEqual(
    hosts.map(({ base }) => readdirSync(join(base, 'model')).sort()),
    [['rank-1'], ['rank-2', 'rank-3'], ['rank-4', 'rank-5']],
    `${ends[0]?.stderr}${ends[1]?.stderr}`,
  );
  for (const { code: exitCode, failure } of ends) {
    assert.equal(exitCode, 143);
    assert.match(failure ?? '', /rank 0 on algo-1 failed: stopped by SIGTERM/);
  }
});

test('after a stop that every rank survives well the job has succeeded', async (t) => {
  const code = `#!/bin/bash
trap 'sleep 3; exit 0' TERM
echo "ready $OMPI_COMM_WORLD_RANK."
while :; do sleep 0.2; done`;
  const { hosts } = await startMpi(t, { program: 'go.sh', code });
  await ready(hosts, 4);
  await hosts[1]?.stop(30);
  const ends = await endsOf(hosts);
  assert.deepEqual(
    ends.map((end) => [end.code, end.isSuccess]),
    [
      [0, true],
      [0, true],
    ],
    ends[0]?.stderr,
  );
});

test('TypeScript runs on every rank, and one host alone needs no SSH', async (t) => {
  const code = 'const rank: string = process.env["OMPI_COMM_WORLD_RANK"] ?? ""; console.log("I am " + rank);';
  const { hosts } = await startMpi(t, { program: 'train.ts', code, hosts: 1 });
  const [end] = await endsOf(hosts);
  assert.equal(end?.code, 0, end?.stderr);
  assert.match(end?.stdout ?? '', /^\[1,mpirank:1,algo-1\]<stdout>:I am 1$/m);
});

test('smdistributed is started the same way', async (t) => {
  const { hosts } = await startMpi(t, {
    program: 'go.sh',
    code: '#!/bin/sh\necho "homogeneous $SMDATAPARALLEL_USE_HOMOGENEOUS server $SMDATAPARALLEL_SERVER_ADDR"\n',
    hyperparameters: { sagemaker_mpi_enabled: 'false', sagemaker_distributed_dataparallel_enabled: 'true' },
  });
  const [master, worker] = await endsOf(hosts);
  assert.deepEqual([master?.code, worker?.code], [0, 0], master?.stderr);
  assert.match(master?.stdout ?? '', /^\[1,mpirank:3,algo-2\]<stdout>:homogeneous 1 server algo-1$/m);
});

test('an image without SSH server or Open MPI gets an error with what it lacks', async (t) => {
  // Without waiting for names: the other host may already have failed.
  const options = () => ['-e', 'SM_STUDIO_LOCAL_MODE=true'];
  const { hosts } = await startMpi(t, { program: 'go.sh', code: WAITS, image: IMAGES.cpu, options });
  const [master, worker] = await endsOf(hosts);
  assert.match(
    master?.failure ?? '',
    /^UserError LAUNCHER_MISSING: the launcher needs mpirun, which is not on PATH\n.*\nFix: .*openmpi-bin/,
  );
  assert.match(
    worker?.failure ?? '',
    /^UserError LAUNCHER_MISSING: MPI on several hosts needs an SSH server on each.*\n.*\nFix: .*openssh-server/,
  );
});

test('hosts without a key to one another get an error', async (t) => {
  const { hosts } = await startMpi(t, {
    program: 'go.sh',
    code: WAITS,
    options: (index) => (index === 0 ? ['--tmpfs', '/root/.ssh'] : []),
  });
  const ends = await endsOf(hosts);
  assert.match(ends[0]?.failure ?? '', /START_FAILED: mpirun cannot reach algo-2 \(.*Permission denied/);
  assert.equal(ends[1]?.code, 1);
});
