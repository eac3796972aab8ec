import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Prunable, planPrune } from '../../../src/local/removal/plan-prune.ts';

const job = (name: string, usedAt: number, bytes: number): Prunable => ({ name, usedAt, bytes, isCache: false });
const JOBS = [job('new', 30, 100), job('old', 10, 100), job('middle', 20, 100)];
const CACHE: Prunable = { name: 'cache', usedAt: 25, bytes: 50, isCache: true };

const names = (entries: readonly Prunable[]) => entries.map(({ name }) => name);

test('entries that were last used before the limit are removed, the oldest first', () => {
  assert.deepEqual(names(planPrune([...JOBS, CACHE], { usedBefore: 26 }, 0)), ['cache', 'old', 'middle']);
  assert.deepEqual(names(planPrune(JOBS, { usedBefore: 10 }, 0)), [], 'a job of exactly that time stays');
});

test('caches are removed before jobs, and no more than the size needs', () => {
  const all = [...JOBS, CACHE];
  assert.deepEqual(names(planPrune(all, { mostBytes: 350 }, 0)), []);
  assert.deepEqual(names(planPrune(all, { mostBytes: 300 }, 0)), ['cache']);
  assert.deepEqual(names(planPrune(all, { mostBytes: 200 }, 0)), ['cache', 'old']);
  assert.deepEqual(names(planPrune(all, { mostBytes: 0 }, 0)), ['cache', 'old', 'middle', 'new']);
});

test('the size of jobs that stay counts', () => {
  assert.deepEqual(names(planPrune(JOBS, { mostBytes: 300 }, 100)), ['old']);
});

test('what is removed by its age counts for the size', () => {
  assert.deepEqual(names(planPrune(JOBS, { usedBefore: 15, mostBytes: 200 }, 0)), ['old']);
});
