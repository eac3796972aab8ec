// Hosts as processes where namespaces are refused. `npm run build` first.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findOnPath } from '../../src/process/find-on-path.ts';
import { makeJob, temporaryFolder } from '../support/job.ts';
import { openJob, startHost, withoutNamespaces } from '../support/process-hosts.ts';
import { processesWith, shellJob, waitFor } from '../support/processes.ts';
import { byTrain, hosts, makeWorkplace, unrecorded } from '../support/run-job-command.ts';

test('one host runs plainly, its channels as links, with one warning', async (t) => {
  const channel = temporaryFolder(t);
  writeFileSync(join(channel, 'data.csv'), '1,2\n');
  const mlDir = makeJob(t, shellJob('cat $SAGEMAKER_BASE_DIR/input/data/training/data.csv; exit 4'));
  mkdirSync(join(mlDir, 'input', 'data', 'training'), { recursive: true });
  const open = await openJob(t, {}, withoutNamespaces(t));
  const mounts = ['training', 'test'].map((name) => ({
    source: channel,
    target: `/opt/ml/input/data/${name}`,
    isReadOnly: true,
  }));
  const { run, output } = await startHost(t, open, { mlDir, mounts });
  assert.equal((await run.ended).exitCode, 4);
  assert.match(output(), /^1,2$/m);
  assert.deepEqual(open.warnings, [
    'This machine allows no namespaces (unshare: unshare failed: Operation not permitted): the hosts have no /opt/ml, and nothing keeps a program from changing the channels; a process that leaves its session and its environment can outlive the job',
  ]);
});

test('one host waits for no name, not even its own (C30)', async (t) => {
  const workplace = makeWorkplace(t, 'echo ran', byTrain());
  mkdirSync(join(workplace.home, 'jobs'), { recursive: true });
  const { PATH } = withoutNamespaces(t);
  const { code, stdout, stderr } = await workplace.run([], { PATH });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ran$/m);
  assert.doesNotMatch(stdout, /Waiting for/);
  assert.deepEqual(readdirSync(join(workplace.home, 'jobs')), ['job']);
});

test('several hosts run with a warning, and train waits for no name (C30)', async (t) => {
  const names = ['algo-1', 'algo-2'];
  const open = await openJob(t, { hosts: names }, withoutNamespaces(t));
  const running = await Promise.all(
    names.map((name) => {
      const spec = shellJob('echo "$SM_CURRENT_HOST of $SM_HOSTS"', {
        resourceConfig: { current_host: name, hosts: names },
      });
      return startHost(t, open, { name, mlDir: makeJob(t, spec) });
    }),
  );
  for (const [index, { run, output }] of running.entries()) {
    assert.equal((await run.ended).exitCode, 0, output());
    assert.ok(output().includes(`${names[index]} of ["algo-1","algo-2"]`), output());
  }
  assert.deepEqual(open.warnings, [
    'This machine allows no namespaces (unshare: unshare failed: Operation not permitted): the hosts have no /opt/ml, and nothing keeps a program from changing the channels; a process that leaves its session and its environment can outlive the job; the names algo-1, algo-2 do not resolve',
  ]);
});

for (const count of [1, 2]) {
  test(`an isolated job of ${count} host(s) is refused before its data is prepared, and the error names the cause`, async (t) => {
    const isolated = { ...byTrain(), ...hosts(count), EnableNetworkIsolation: true };
    const workplace = makeWorkplace(t, 'echo ran', isolated);
    const { PATH } = withoutNamespaces(t);
    const { code, stdout, stderr } = await workplace.run(['--json'], { PATH });
    assert.equal(code, 2, stderr);
    const message = 'the hosts cannot be kept from other networks: unshare: unshare failed: Operation not permitted';
    assert.ok(stderr.includes(`START_FAILED: ${message}`), stderr);
    assert.match(stderr, /Fix: Set EnableNetworkIsolation to false, or use a container engine/);
    assert.doesNotMatch(stderr, /^ran$/m);
    assert.equal(unrecorded(workplace, stdout).FailureReason, `ClientError: ${message}`);
  });
}

test('a host of an isolated job does not start if only its own namespaces are refused', async (t) => {
  const { session, warnings } = await openJob(t, { isIsolated: true }, withoutMountNamespaces(t));
  const { run } = await startHost(t, { session, warnings }, { mlDir: temporaryFolder(t) });
  const { startError } = await run.ended;
  assert.match(startError ?? '', /START_FAILED: the hosts cannot be kept from other networks: unshare: no mounts/);
  assert.deepEqual(warnings, []);
});

/** Variables for a machine that allows network namespaces, and no mount namespaces. */
function withoutMountNamespaces(t: TestContext): NodeJS.ProcessEnv {
  const bin = temporaryFolder(t);
  const real = findOnPath('unshare', process.env);
  const script = `case " $* " in *" --mount "*) echo "unshare: no mounts" >&2; exit 1;; esac\nexec ${real} "$@"`;
  writeFileSync(join(bin, 'unshare'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { ...process.env, PATH: `${bin}:${process.env['PATH']}` };
}

test('the warning names options that have no effect', async (t) => {
  const options = { shmSize: '32m', user: 'root' };
  const open = await openJob(t, { entrypoint: ['/bin/sh', '-c', 'true'] }, withoutNamespaces(t), options);
  const { run } = await startHost(t, open, { mlDir: temporaryFolder(t) });
  assert.equal((await run.ended).exitCode, 0);
  const isRoot = process.geteuid?.() === 0;
  assert.equal(open.warnings.length, 1);
  assert.match(open.warnings[0] ?? '', /; --shm-size has no effect(?:;|$)/);
  assert.equal(open.warnings[0]?.endsWith('; --user root has no effect'), !isRoot);
});

test('a stop reaches the script', async (t) => {
  const script = 'trap "echo stopping; exit 3" TERM; echo ready; while :; do sleep 0.05; done';
  const open = await openJob(t, {}, withoutNamespaces(t));
  const { run, output } = await startHost(t, open, { mlDir: makeJob(t, shellJob(script)) });
  await waitFor('the script runs', () => output().includes('ready'));
  run.stop();
  assert.equal((await run.ended).exitCode, 3);
  assert.match(output(), /^stopping$/m);
});

for (const how of ['ends', 'is killed']) {
  test(`when a host ${how}, what it started ends too, wherever it went`, async (t) => {
    const mark = `${process.pid}-${Math.random()}`;
    const mlDir = temporaryFolder(t);
    const script = `setsid sleep 600 & (trap "" TERM; exec sleep 600) & ${how === 'ends' ? 'exit 0' : 'echo ready; sleep 600'}`;
    const open = await openJob(t, { entrypoint: ['/bin/sh', '-c', script] }, withoutNamespaces(t));
    const { run, output } = await startHost(t, open, { mlDir, environment: { OPTML_TEST_MARK: mark } });
    if (how !== 'ends') {
      await waitFor('the script runs', () => output().includes('ready'));
      run.kill();
    }
    assert.equal((await run.ended).exitCode, how === 'ends' ? 0 : 137);
    assert.deepEqual(processesWith('OPTML_TEST_MARK', mark), []);
  });
}

test('a missing program is exit code 127, and says why', async (t) => {
  const open = await openJob(t, { entrypoint: ['optml-no-such-program'] }, withoutNamespaces(t));
  const { run } = await startHost(t, open, { mlDir: temporaryFolder(t) });
  const { exitCode, startError } = await run.ended;
  assert.deepEqual([exitCode, startError], [127, 'optml-no-such-program is not on this machine, or not executable']);
});

test('each stream arrives by itself, in its order', async (t) => {
  const script = 'i=0; while [ $i -lt 200 ]; do echo "out $i"; echo "err $i" >&2; i=$((i+1)); done; cat /etc/hosts';
  const open = await openJob(t, { entrypoint: ['/bin/sh', '-c', script] }, withoutNamespaces(t));
  const { run, outputOf } = await startHost(t, open, { mlDir: temporaryFolder(t) });
  assert.equal((await run.ended).exitCode, 0);
  const lines = (word: string) => Array.from({ length: 200 }, (_, i) => `${word} ${i}\n`).join('');
  assert.equal(outputOf('stdout'), `${lines('out')}${readFileSync('/etc/hosts', 'utf8')}`);
  assert.equal(outputOf('stderr'), lines('err'));
});
