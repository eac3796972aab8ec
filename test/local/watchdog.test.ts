// What is left of a job when `optml run` itself is killed. `npm run build` first.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeWatchdog } from '../../src/engines/make-watchdog.ts';
import type { WatchdogLine } from '../../src/engines/watchdog/watchdog-line.ts';
import { familyOf, MARK_VARIABLE } from '../../src/process/family.ts';
import { makeJob, ROOT, temporaryFolder } from '../support/job.ts';
import { withoutNamespaces } from '../support/process-hosts.ts';
import { childrenOf, isAlive, processesWith, shellJob, waitFor } from '../support/processes.ts';

const MARK = 'OPTML_TEST_MARK';
const GONE_MS = 3000;

/** A run of a job in a process of its own, which the test may kill. All of its processes carry `mark`. */
interface Run {
  readonly child: ChildProcess;
  readonly mark: string;
  readonly output: () => string;
}

let runs = 0;

function startRun(t: TestContext, variables: NodeJS.ProcessEnv): Run {
  const mark = `${process.pid}-${runs++}`;
  // Beside the script: what left its group, what ignores SIGTERM, what has done both.
  const script =
    'setsid sleep 600 & (trap "" TERM HUP; exec sleep 600) & (trap "" TERM; exec setsid sleep 600) & echo ready; sleep 600';
  const image = { kind: 'project', dir: '/x' };
  const job = { name: mark, image, hosts: ['algo-1'], isIsolated: false, workDir: temporaryFolder(t) };
  const host = { name: 'algo-1', mlDir: makeJob(t, shellJob(script)), mounts: [], environment: { [MARK]: mark } };
  const program = join(ROOT, 'test', 'support', 'run-host-program.ts');
  const args = ['--conditions=optml-source', '--import', 'tsx', program, JSON.stringify({ job, host })];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...variables, [MARK]: mark },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  t.after(() => child.kill('SIGKILL'));
  return { child, mark, output: () => text };
}

const isNothingLeft = (mark: string) => processesWith(MARK, mark).length === 0;

for (const [where, variablesOf] of [
  ['in namespaces', () => process.env],
  ['without namespaces', withoutNamespaces],
] as const) {
  test(`a kill at a random moment leaves nothing running within seconds, ${where}`, async (t) => {
    const variables = variablesOf(t);
    const once = async () => {
      const { child, mark } = startRun(t, variables);
      await waitFor('it starts a process', () => child.pid !== undefined && childrenOf(child.pid).length > 0);
      await sleep(Math.random() * 400);
      child.kill('SIGKILL');
      await waitFor(`nothing is left of ${mark}`, () => isNothingLeft(mark), GONE_MS);
    };
    for (let i = 0; i < 5; i++) await Promise.all([once(), once()]);
  });

  test(`a kill during the job ends all that the script has started, ${where}`, async (t) => {
    const { child, mark, output } = startRun(t, variablesOf(t));
    await waitFor('the script runs', () => /^ready$/m.test(output()));
    await waitFor('all its processes run', () => processesWith(MARK, mark).length >= 7);
    child.kill('SIGKILL');
    await waitFor('nothing is left', () => isNothingLeft(mark), GONE_MS);
  });
}

/** Starts a process that has nothing to do, in a group of its own. */
function startSleeper(t: TestContext): number {
  const { pid = 0 } = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  t.after(() => isAlive(pid) && process.kill(pid, 'SIGKILL'));
  return pid;
}

test('a watchdog that is closed does nothing, and is gone', async (t) => {
  const before = childrenOf(process.pid);
  const watchdog = makeWatchdog();
  const sleeper = startSleeper(t);
  const file = join(temporaryFolder(t), 'made');
  watchdog.watchGroup(sleeper);
  watchdog.watchCommand(['touch', file]);
  const watching = childrenOf(process.pid).filter((pid) => pid !== sleeper && !before.includes(pid));
  await watchdog.close();
  assert.equal(watching.length, 1);
  assert.ok(!isAlive(watching[0] ?? 0));
  await sleep(200);
  assert.ok(isAlive(sleeper) && !existsSync(file));
});

/** Runs the watchdog's program as if what started it had told it these things and died. */
async function runProgram(
  t: TestContext,
  lines: readonly WatchdogLine[],
  whileWatching: (pid: number) => void = () => {},
) {
  const program = join(ROOT, 'dist', 'lazy', 'engines', 'watchdog', 'watchdog-program.cjs');
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'inherit', 'inherit'], detached: true });
  t.after(() => child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  await waitFor('it handles signals', () => handlesSignals(child.pid ?? 0));
  whileWatching(child.pid ?? 0);
  // The last line is cut off, as a kill may do.
  child.stdin.end(`${lines.map((line) => `${JSON.stringify(line)}\n`).join('')}{"command":["fal`);
  assert.equal(await ended, 0);
}

// SIGHUP, SIGINT and SIGTERM.
function handlesSignals(pid: number): boolean {
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return (Number.parseInt(caught.slice(-4), 16) & 0x4003) === 0x4003;
}

test('commands are run one after the other, whatever becomes of each', async (t) => {
  const log = join(temporaryFolder(t), 'log');
  await runProgram(t, [
    { command: ['optml-no-such-program'] },
    { command: ['sh', '-c', 'sleep 0.2; echo "$1" >> "$2"', 'sh', "first 'one'", log] },
    { command: ['false'] },
    { command: ['sh', '-c', 'echo second >> "$1"', 'sh', log] },
  ]);
  assert.equal(readFileSync(log, 'utf8'), "first 'one'\nsecond\n");
});

test('neither Ctrl-C nor the end of the session ends the watchdog', async (t) => {
  const made = join(temporaryFolder(t), 'made');
  await runProgram(t, [{ command: ['touch', made] }], (pid) => {
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.kill(pid, signal);
  });
  assert.ok(existsSync(made));
});

test('a group is killed, and not one that has got its id since', async (t) => {
  const [old, present] = [startSleeper(t), startSleeper(t)];
  const family = familyOf(old, '');
  await runProgram(t, [{ family: familyOf(present, '') }, { family: { ...family, startedAt: family.startedAt - 1 } }]);
  assert.ok(!isAlive(present));
  assert.ok(isAlive(old));
});

// Has a watchdog watch the first of two programs, prints the ids of both, and dies.
const WITHIN_A_JOB = `
const { makeWatchdog } = await import(process.argv[1]);
const { spawn } = await import('node:child_process');
const [watched, other] = [1, 2].map(() => spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }));
makeWatchdog().watchGroup(watched.pid);
process.stdout.write(watched.pid + ' ' + other.pid, () => process.kill(process.pid, 'SIGKILL'));`;

test('the watchdog of a job within a job ends nothing else of the outer job', async (t) => {
  const env = { ...process.env, [MARK_VARIABLE]: `outer-${process.pid}` };
  const module = join(ROOT, 'src', 'engines', 'make-watchdog.ts');
  const args = ['--conditions=optml-source', '--import', 'tsx', '--input-type=module', '-e', WITHIN_A_JOB, module];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', env });
  const [watched = 0, other = 0] = stdout.split(' ').map(Number);
  t.after(() => isAlive(other) && process.kill(other, 'SIGKILL'));
  assert.ok(watched > 0, stderr);
  await waitFor('the watched program has ended', () => !isAlive(watched));
  await waitFor('the watchdog has ended', () => processesWith(MARK_VARIABLE, `outer-${process.pid}`).length <= 1);
  assert.ok(isAlive(other));
});
