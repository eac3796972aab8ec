import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputAtOnce } from '../../../../src/validate/checks/output/output.ts';
import { SUCCESS } from '../../../../src/validate/checks/support/scenarios.ts';
import type { HostObservation, Observation } from '../../../../src/validate/observe/observation.ts';
import type { Subject } from '../../../../src/validate/subject.ts';

const ONE_BY_ONE = [0.2, 1.2, 2.2, 3.2];
const AT_THE_END = [3.2, 3.2, 3.2, 3.2];

/** A program whose lines come at these seconds in the runs of some scenarios; in all others at its end. */
function programWith(spread: readonly string[]): { readonly subject: Subject; readonly played: readonly string[] } {
  const played: string[] = [];
  const observe = async ({ id, about }: { readonly id: string; readonly about: string }): Promise<Observation> => {
    played.push(id);
    const base = { scenarioId: id, about, command: [], warnings: [] };
    if (id === 'terminal') return { ...base, cannot: 'no terminal', hosts: [] };
    return { ...base, cannot: undefined, hosts: [hostWith(spread.includes(id) ? ONE_BY_ONE : AT_THE_END)] };
  };
  const subject: Subject = {
    ...{ kind: 'command', image: undefined, job: undefined, isDriversJob: false },
    observe,
    forget: async () => undefined,
  };
  return { subject, played };
}

function hostWith(seconds: readonly number[], whole = 3.5): HostObservation {
  const lines = seconds.map((second) => ({ seconds: second, text: 'epoch' }));
  return {
    ...{ name: 'algo-1', exitCode: 0, startError: undefined, isOutOfMemory: false, isTimedOut: false },
    ...{ isStoppedForOther: false, seconds: whole, stop: undefined, failure: undefined, failureEnd: undefined },
    output: { lines, lineCount: lines.length, firstSeconds: seconds[0], lastSeconds: seconds.at(-1) },
    ...{ files: [], unseen: [], diskBytes: 0, changes: [], channelChanges: [], peakMemoryBytes: undefined },
  };
}

test('lines that come at one moment in one run only are no finding: a busy machine reads them late', async () => {
  for (const id of ['success', 'read-only-channels', 'checkpoints']) {
    // Python holds nothing back with its variable, whatever the other runs have shown.
    const finding = await outputAtOnce.run(programWith([id, 'unbuffered']).subject);
    assert.deepEqual([finding.status, finding.verdict], ['pass', 'its lines come one by one'], id);
  }
});

test('lines that come at the end of each run, and one by one with PYTHONUNBUFFERED=1, are a finding', async () => {
  const { subject, played } = programWith(['unbuffered']);
  assert.equal((await outputAtOnce.run(subject)).status, 'fail');
  assert.deepEqual(played, ['success', 'read-only-channels', 'checkpoints', 'terminal', 'unbuffered']);
});

test('lines that come at one moment in all runs say nothing', async () => {
  assert.equal((await outputAtOnce.run(programWith([]).subject)).status, 'unknown');
});

test('lines that are a fifth of a short job apart come one by one', async () => {
  const { subject } = programWith([]);
  const observe = async () => ({ ...(await subject.observe(SUCCESS)), hosts: [hostWith([0.1, 0.2, 0.3, 0.4], 0.5)] });
  assert.equal((await outputAtOnce.run({ ...subject, observe })).status, 'pass');
});
