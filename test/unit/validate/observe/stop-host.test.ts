import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import type { HostEnd, HostRun } from '../../../../src/engines/engine.ts';
import { OutputWatch } from '../../../../src/validate/observe/output-watch.ts';
import type { ScenarioStop } from '../../../../src/validate/observe/scenario/scenario.ts';
import { watchHosts } from '../../../../src/validate/observe/watch-hosts.ts';

const WAITS = { silent: 0.01, unhandled: 0.3, others: 1, lagging: 1 };
const LIMITS = { timeoutSeconds: 60, graceSeconds: 1, waits: WAITS, signal: new AbortController().signal };

// A shell that is no process 1: what it does not handle is kept from it here, as the kernel does there.
function start(t: TestContext, script: string) {
  const child: ChildProcess = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const kill = () => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
      process.kill(-child.pid, 'SIGKILL');
  };
  t.after(kill);
  const output = new OutputWatch((text) => text);
  child.stdout?.on('data', (bytes: Buffer) => output.push(bytes, 'stdout'));
  const ended = once(child, 'close').then(([code]): HostEnd => ({ exitCode: code ?? 137, isOutOfMemory: false }));
  const stops: number[] = [];
  const run: HostRun = {
    ended,
    stop: () => {
      stops.push(output.lineCount);
      child.kill('SIGTERM');
    },
    kill,
    firstPid: () => Promise.resolve(child.pid),
  };
  return { name: 'algo-1', run, output, stops };
}

async function stopSeen(t: TestContext, script: string, stop: Partial<ScenarioStop> = {}) {
  const host = start(t, script);
  const [end] = await watchHosts([host], { afterSeconds: 0, hasOutput: true, ...stop }, LIMITS);
  return { stop: end?.stop, stops: host.stops, exitCode: end?.end.exitCode };
}

const LOOP = 'for ((i = 0; i < 400; i++)); do sleep 0.05 & wait $!; done';

test('SIGTERM comes after the lines that are waited for, not at the first output', async (t) => {
  const script = `trap 'exit 3' TERM; echo banner; sleep 0.3; echo one; echo two; ${LOOP}`;
  const { stop, stops, exitCode } = await stopSeen(t, script, { afterLines: 3, linesWithinSeconds: 30 });
  assert.deepEqual([stops, stop?.sentLines, exitCode], [[3], 3, 3]);
  assert.deepEqual([stop?.isCaught, stop?.isCaughtLate], [true, false]);
});

test('SIGTERM comes after the line by which a script says that it works', async (t) => {
  const script = `trap 'exit 0' TERM; echo banner; sleep 0.3; echo it works; ${LOOP}`;
  const { stops } = await stopSeen(t, script, { afterText: 'it works' });
  assert.deepEqual(stops, [2]);
});

test('a job that ends before its moment is not stopped', async (t) => {
  const { stop, stops } = await stopSeen(t, 'echo banner', { afterLines: 9, linesWithinSeconds: 30 });
  assert.deepEqual([stop, stops], [undefined, []]);
});

test('processes below the first one that ignore SIGTERM are noticed', async (t) => {
  const script = `(trap '' TERM; echo ready; exec sleep 30) & trap 'exit 1' TERM; wait $!`;
  const { stop } = await stopSeen(t, script, { afterText: 'ready', afterSeconds: 0.2 });
  assert.deepEqual([stop?.isCaught, stop?.isIgnored], [true, true]);
});

test('a first process that gets its handler after the signal is distinguished from one that has none', async (t) => {
  const late = await stopSeen(t, `trap '' TERM; echo importing; sleep 0.2; trap 'exit 0' TERM; ${LOOP}`);
  assert.deepEqual([late.stop?.isCaught, late.stop?.isCaughtLate, late.stop?.tookSeconds], [false, true, undefined]);
  const never = await stopSeen(t, `trap '' TERM; echo working; ${LOOP}`);
  assert.deepEqual(
    [never.stop?.isCaught, never.stop?.isCaughtLate, never.stop?.tookSeconds],
    [false, false, undefined],
  );
});

test('a program that does not end is killed after the grace period, also where the time of a job is shorter', async (t) => {
  const host = start(t, `trap 'true' TERM; echo working; ${LOOP}`);
  const limits = { ...LIMITS, timeoutSeconds: 0.5 };
  const [end] = await watchHosts([host], { afterSeconds: 0, hasOutput: true }, limits);
  assert.deepEqual([end?.stop?.tookSeconds, end?.isTimedOut], [undefined, false]);
});
