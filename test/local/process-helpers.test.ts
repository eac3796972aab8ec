// Helpers of hosts that are killed, one at a time, while a job runs: it ends or goes on, and says why. `npm run build` first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findTools } from '../../src/engines/process/namespace-tools.ts';
import { namespaceTools } from '../../src/engines/process/namespaces.ts';
import { findConnector } from '../../src/engines/process/network/internet.ts';
import { ROOT, temporaryFolder } from '../support/job.ts';
import { childrenOf, processesIn, processesNaming, waitFor } from '../support/processes.ts';
import { byTrain, hosts, makeWorkplace, type RunUnderWay, type Workplace } from '../support/run-job-command.ts';

const GONE_MS = 10_000;

function wordsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** The child of `optml` that has `word` among its words. */
function findHelper({ child }: RunUnderWay, word: string): number | undefined {
  return childrenOf(child.pid ?? 0).find((pid) => wordsOf(pid).includes(word));
}

const watchdogOf = (run: RunUnderWay) => findHelper(run, 'watchdog-program');

function helperOf(run: RunUnderWay, word: string): number {
  const found = findHelper(run, word);
  assert.ok(found !== undefined, `a helper with "${word}" runs`);
  return found;
}

/** Starts a job of two hosts whose scripts run until the file `end` exists, and waits for both. They answer once to `ask`. */
async function startJob(t: TestContext): Promise<{ workplace: Workplace; run: RunUnderWay; end: () => void }> {
  const script =
    'echo "$SM_CURRENT_HOST runs"; until [ -e $END ]; do [ -z "$said" ] && [ -e $ASK ] && said=1 && echo answer; sleep 0.05; done';
  const workplace = makeWorkplace(t);
  workplace.write('project/train.sh', script);
  const job = { ...JSON.parse(workplace.read('job.json')), ...byTrain(), ...hosts(2) };
  workplace.writeJob({ ...job, Environment: { END: `${workplace.dir}/end`, ASK: `${workplace.dir}/ask` } });
  const run = workplace.start();
  await Promise.all(['algo-1 runs', 'algo-2 runs'].map((text) => run.seen(text)));
  return { workplace, run, end: () => void workplace.write('end', '') };
}

async function nothingIsLeft({ child }: RunUnderWay, { dir }: Workplace): Promise<void> {
  const left = () => processesIn({ session: child.pid ?? 0, dir }).map(wordsOf);
  await waitFor('nothing is left', () => left().length === 0, GONE_MS).catch(() => undefined);
  assert.deepEqual(left(), []);
}

test('a job whose network is killed ends, and the reason names the cause', async (t) => {
  const { workplace, run } = await startJob(t);
  process.kill(helperOf(run, 'read -r end'), 'SIGKILL');
  const { code, stderr } = await run.ended;
  assert.equal(code, 1, stderr);
  assert.equal(
    workplace.record().FailureReason,
    'InternalServerError: the network of the hosts is lost: the process that holds it was killed by SIGKILL',
  );
  await nothingIsLeft(run, workplace);
});

test('a job that may be tried again after its network is killed ends with the same reason', async (t) => {
  const workplace = makeWorkplace(t, 'echo runs; sleep 600', {
    ...byTrain(),
    ...hosts(2),
    RetryStrategy: { MaximumRetryAttempts: 1 },
  });
  const run = workplace.start();
  await run.seen('algo-2 | runs');
  process.kill(helperOf(run, 'read -r end'), 'SIGKILL');
  assert.equal((await run.ended).code, 1);
  assert.match(workplace.record().FailureReason ?? '', /^InternalServerError: the network of the hosts is lost: /);
  await nothingIsLeft(run, workplace);
});

const tools = findTools(process.env);
const namespaces = namespaceTools(tools);
const connector = typeof namespaces === 'string' ? namespaces : findConnector(tools, { namespaces });

test('a job goes on without the program that connects a host with other networks, and a warning names the host', {
  skip: typeof connector === 'string' && connector,
}, async (t) => {
  const { workplace, run, end } = await startJob(t);
  process.kill(helperOf(run, 'outside'), 'SIGKILL');
  await run.seen('no other network any more');
  end();
  const { code, stderr } = await run.ended;
  assert.equal(code, 0, stderr);
  const warnings = stderr.split('\n').filter((line) => line.includes('no other network'));
  assert.equal(warnings.length, 1, stderr);
  assert.match(
    warnings[0] ?? '',
    /algo-[12] reaches the other hosts, but no other network any more \((?:slirp4netns|pasta) was killed by SIGKILL\)/,
  );
  await nothingIsLeft(run, workplace);
});

test('a killed watchdog is replaced: a kill of optml after it leaves nothing', async (t) => {
  const { workplace, run } = await startJob(t);
  const first = watchdogOf(run) ?? 0;
  process.kill(first, 'SIGKILL');
  await waitFor('another watchdog', () => ![undefined, first].includes(watchdogOf(run)));
  // Once optml does something else, it has told the new one everything.
  workplace.write('ask', '');
  await run.seen('answer');
  run.child.kill('SIGKILL');
  await nothingIsLeft(run, workplace);
});

test('a host whose namespaces are killed fails with the exit code of SIGKILL', async (t) => {
  const { workplace, run } = await startJob(t);
  process.kill(helperOf(run, '--kill-child'), 'SIGKILL');
  const { code, stderr } = await run.ended;
  assert.equal(code, 1, stderr);
  assert.equal(workplace.record().FailureReason, 'AlgorithmError: , exit code: 137');
  await nothingIsLeft(run, workplace);
});

// Which of the calls of a program hang, as a pattern of the shell.
const HANGING = { ip: '*', 'nvidia-smi': '*', mount: '*', hostname: '*', nsenter: '*-batch*' };

for (const [tool, calls] of Object.entries(HANGING)) {
  test(`a kill of optml ends a program "${tool}" that hangs while hosts are set up`, async (t) => {
    const workplace = makeWorkplace(t, 'sleep 600', { ...byTrain(), ...hosts(2) });
    const begun = `${workplace.dir}/begun`;
    const script = `case "$*" in ${calls}) : > ${begun}; sleep 600;; *) exec /usr/bin/${tool} "$@";; esac`;
    chmodSync(workplace.write(`bin/${tool}`, `#!/bin/sh\n${script}\n`), 0o755);
    const run = workplace.start([], { PATH: `${workplace.dir}/bin:${process.env['PATH']}` });
    await waitFor('the program and the watchdog run', () => existsSync(begun) && watchdogOf(run) !== undefined);
    run.child.kill('SIGKILL');
    await nothingIsLeft(run, workplace);
  });
}

// A process that dies when it is about to tell its watchdog.
const DIES = `
const { connectHost } = await import(process.argv[1]);
const watchGroup = () => process.kill(process.pid, 'SIGKILL');
await connectHost(
  { commandsFor: () => [{ name: 'test', command: ['/bin/sh', '-c', 'sleep 600; :', process.argv[2]] }] },
  { host: { pid: process.pid, holder: 1 }, watchdog: { watchGroup }, onLost: () => undefined },
);`;

test('the program that connects a host does not start if optml dies before the watchdog knows of it', async (t) => {
  const mark = temporaryFolder(t);
  const module = join(ROOT, 'src', 'engines', 'process', 'network', 'internet.ts');
  const args = ['--conditions=optml-source', '--import', 'tsx', '--input-type=module', '-e', DIES, module, mark];
  const { signal, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  assert.equal(signal, 'SIGKILL', stderr);
  await waitFor('nothing is left', () => processesNaming(mark).length === 0, GONE_MS);
});
