// Ends of hosts by signals. `npm run build` first.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import type { ContainerJob } from '../../src/engines/engine.ts';
import { firstChild } from '../../src/process/list-processes.ts';
import { makeJob } from '../support/job.ts';
import { openJob, startHost, type TestHost, withoutNamespaces } from '../support/process-hosts.ts';
import { shellJob, waitFor } from '../support/processes.ts';

const KINDS = { 'with namespaces': () => process.env, 'without namespaces': withoutNamespaces };
const WAITING = ['/bin/sh', '-c', 'echo runs; exec sleep 60'];

async function hostOf(
  t: TestContext,
  variables: NodeJS.ProcessEnv,
  job: Partial<ContainerJob> = {},
): Promise<TestHost> {
  const host = await startHost(t, await openJob(t, job, variables), {
    mlDir: makeJob(t, shellJob('echo runs; exec sleep 60')),
  });
  await waitFor('the program of the host', () => host.output().includes('runs'));
  return host;
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

for (const [kind, variablesOf] of Object.entries(KINDS)) {
  test(`a host ${kind} ends with the program that waits for it, if that is killed`, async (t) => {
    const { run } = await hostOf(t, variablesOf(t), { entrypoint: WAITING });
    const first = (await run.firstPid?.()) ?? 0;
    let waiting = first;
    while (parentOf(waiting) !== process.pid) waiting = parentOf(waiting);
    assert.notEqual(waiting, first);
    process.kill(waiting, 'SIGKILL');
    assert.equal((await run.ended).exitCode, 137);
    await waitFor('the end of the first process', () => !isThere(first));
  });
}

// (The kernel keeps them from the first process of a PID namespace.)
describe('without namespaces, a host', () => {
  for (const signal of [34, 40, 64, 15]) {
    test(`has failed with exit code ${128 + signal} if signal ${signal} kills its program (C73)`, async (t) => {
      const { run } = await hostOf(t, withoutNamespaces(t), { entrypoint: WAITING });
      process.kill((await run.firstPid?.()) ?? 0, signal);
      assert.deepEqual(await run.ended, { exitCode: 128 + signal, isOutOfMemory: false });
    });
  }

  test('has failed with exit code 168 if signal 40 kills train (C73)', async (t) => {
    const { run } = await hostOf(t, withoutNamespaces(t));
    process.kill((await run.firstPid?.()) ?? 0, 40);
    assert.equal((await run.ended).exitCode, 168);
  });
});

test('a host has failed with exit code 168 if signal 40 kills unshare (C73)', async (t) => {
  const { run } = await hostOf(t, process.env, { entrypoint: WAITING });
  const first = (await run.firstPid?.()) ?? 0;
  const unshare = parentOf(first);
  assert.equal(firstChild(unshare), first);
  process.kill(unshare, 40);
  assert.equal((await run.ended).exitCode, 168);
  await waitFor('the end of the first process', () => !isThere(first));
});

test('without namespaces, a program that kills itself by a real-time signal has failed (C73)', async (t) => {
  const open = await openJob(t, { entrypoint: ['/bin/sh', '-c', 'kill -40 $$'] }, withoutNamespaces(t));
  const { run } = await startHost(t, open, { mlDir: makeJob(t, {}) });
  assert.equal((await run.ended).exitCode, 168);
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
