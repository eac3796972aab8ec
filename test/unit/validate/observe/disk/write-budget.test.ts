import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WriteBudget } from '../../../../../src/validate/observe/disk/write-budget.ts';
import type { HostObservation, Observation } from '../../../../../src/validate/observe/observation.ts';

const MIB = 1 << 20;

const played = (...diskBytes: readonly number[]) =>
  ({ hosts: diskBytes.map((bytes) => ({ diskBytes: bytes }) as HostObservation) }) as unknown as Observation;

test('small jobs run side by side, large ones one after the other', () => {
  const budget = new WriteBudget();
  assert.equal(budget.hostsTogether(8), 8);
  budget.add(played(1000));
  assert.equal(budget.hostsTogether(8), 8);
  budget.add(played(20 * MIB));
  assert.equal(budget.hostsTogether(8), 3);
  budget.add(played(2000 * MIB));
  assert.equal(budget.hostsTogether(8), 1);
});

test('jobs that would write more than the limit are not run, with the reason', () => {
  const budget = new WriteBudget(100 * MIB);
  budget.add(played(30 * MIB));
  assert.equal(budget.excess(2), undefined);
  budget.add(played(30 * MIB, 20 * MIB));
  assert.equal(
    budget.excess(1),
    'a run of the job writes up to 30 MiB, and a validation at most 100 MiB: give a job with a smaller model, or run these checks alone (--only)',
  );
});

test('all checks of severity must fit, for a job with a model of 2 GB', () => {
  const budget = new WriteBudget();
  for (let run = 1; run <= 16; run++) {
    assert.equal(budget.excess(1), undefined, `run ${run}`);
    budget.add(played(2e9));
  }
  for (let run = 17; run <= 40 && budget.excess(1) === undefined; run++) budget.add(played(2e9));
  assert.ok(budget.excess(1) !== undefined, 'forty runs write less than 80 GB');
});
