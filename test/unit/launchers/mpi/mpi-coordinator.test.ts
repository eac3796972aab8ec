import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mpiCoordinator } from '../../../../src/launchers/mpi/mpi-coordinator.ts';
import type { ToMpiCoordinator, ToMpiHost } from '../../../../src/launchers/mpi/mpi-messages.ts';
import { waitFor } from '../../../support/processes.ts';

const END = { exitCode: 3, signal: null, startError: null, isKilledAfterGrace: false, memoryKills: 0, errorOutput: '' };
const FAILED: ToMpiCoordinator = { type: 'failed', failure: { who: 'rank 1 on b', end: END } };
const STOP: ToMpiCoordinator = { type: 'stop', signal: 'SIGTERM' };
const over = (exitCode: number): ToMpiCoordinator => ({ type: 'over', end: { ...END, exitCode } });

function twoHosts() {
  const told: Array<readonly [string, ToMpiHost]> = [];
  const ranks: Array<readonly [number, string]> = [];
  const make = mpiCoordinator({ hosts: ['a', 'b'], onRank: (rank, host) => ranks.push([rank, host]) });
  const coordinator = make(new Map(), (host, message) => told.push([host, message as ToMpiHost]));
  const take = () => told.splice(0).map(([host, message]) => `${host} ${message.type}`);
  return { coordinator, take, ranks, last: () => told.at(-1)?.[1] };
}

test('the end of mpirun is the end of all', () => {
  const { coordinator, take, last, ranks } = twoHosts();
  coordinator.onMessage('b', { type: 'rank', rank: 2 } as ToMpiCoordinator);
  assert.deepEqual([take(), ranks], [['a start', 'b start'], [[2, 'b']]]);
  coordinator.onMessage('a', over(0));
  assert.deepEqual(last(), { type: 'finish', failure: null });
});

test('a failing rank ends the others immediately, and is the reason whatever mpirun returns', () => {
  const { coordinator, take, last } = twoHosts();
  take();
  coordinator.onMessage('b', FAILED);
  assert.deepEqual(take(), ['a abort', 'b abort']);
  coordinator.onMessage('a', over(1));
  assert.deepEqual(last(), { type: 'finish', failure: { rank: { who: 'rank 1 on b', end: END } } });
});

test('without the word of a rank mpirun itself has failed', async () => {
  const { coordinator, take, last } = twoHosts();
  take();
  coordinator.onMessage('a', over(3));
  assert.deepEqual(take(), [], 'a rank may still say so');
  await waitFor('the end of the job', () => last() !== undefined);
  assert.deepEqual(last(), { type: 'finish', failure: { rank: { who: 'mpirun', end: END } } });
});

test('while the job is being stopped no rank is ended for another, and mpirun learns of their ends when all have', () => {
  const { coordinator, take, last } = twoHosts();
  take();
  coordinator.onMessage('b', STOP);
  coordinator.onMessage('a', STOP);
  coordinator.onMessage('b', FAILED);
  coordinator.onMessage('b', { type: 'idle' } as ToMpiCoordinator);
  assert.deepEqual(take(), ['a stop', 'b stop']);
  coordinator.onMessage('a', { type: 'idle' } as ToMpiCoordinator);
  assert.deepEqual(take(), ['a release', 'b release']);
  coordinator.onMessage('a', over(143));
  assert.deepEqual(last(), { type: 'finish', failure: { rank: { who: 'rank 1 on b', end: END } } });
});

test('a lost host is the end of all, and gets nothing more', () => {
  const { coordinator, take, last } = twoHosts();
  take();
  coordinator.onLost('b', 'gone');
  assert.deepEqual(last(), { type: 'finish', failure: { lost: { host: 'b', why: 'gone' } } });
  coordinator.onMessage('a', over(1));
  assert.deepEqual(take(), ['a finish']);
});
