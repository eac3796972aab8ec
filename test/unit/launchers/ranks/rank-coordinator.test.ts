import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RankFailure } from '../../../../src/launchers/cluster/failure.ts';
import { rankCoordinator } from '../../../../src/launchers/ranks/rank-coordinator.ts';
import type { ToHost } from '../../../../src/launchers/ranks/rank-messages.ts';
import { makeLog } from '../../../../src/log/log.ts';

const END = { exitCode: 3, signal: null, startError: null, isKilledAfterGrace: false, memoryKills: 0, errorOutput: '' };
const FAILURE: RankFailure = { who: 'rank 1 on b', end: END };

/** Two hosts, `a` the first, and what each was told. */
function twoHosts(maxRestarts = 0) {
  const told: Array<readonly [host: string, message: ToHost]> = [];
  const log = makeLog(50, () => undefined);
  const make = rankCoordinator({ hosts: ['a', 'b'], maxRestarts, log });
  const about = new Map([
    ['a', 1],
    ['b', 2],
  ]);
  const coordinator = make(about, (host, message) => told.push([host, message as ToHost]));
  const take = () => told.splice(0).map(([host, message]) => `${host} ${message.type}`);
  const last = () => told.at(-1)?.[1];
  return { coordinator, take, last, told };
}

const ended = (round = 0) => ({ type: 'ended', round }) as const;
const failed = (round = 0) => ({ type: 'failed', round, failure: FAILURE }) as const;

test('all start together with the layout, and all is over when the last has ended', () => {
  const { coordinator, take, last, told } = twoHosts();
  assert.deepEqual(told[0], ['a', { type: 'start', round: 0, layout: [1, 2] }]);
  assert.deepEqual(take(), ['a start', 'b start']);
  coordinator.onMessage('b', ended());
  assert.deepEqual(take(), []);
  coordinator.onMessage('a', ended());
  assert.deepEqual(last(), { type: 'finish', failure: null });
});

test('the first failure ends all, and is the one that counts', () => {
  const { coordinator, take, last } = twoHosts();
  take();
  coordinator.onMessage('b', failed());
  coordinator.onMessage('a', { ...failed(), failure: { ...FAILURE, who: 'rank 0 on a' } });
  assert.deepEqual(take(), ['a abort', 'b abort']);
  coordinator.onMessage('b', ended());
  coordinator.onMessage('a', ended());
  assert.deepEqual(last(), { type: 'finish', failure: { rank: FAILURE } });
});

test('a host cannot report the failure of a process on another host', () => {
  const { coordinator, last } = twoHosts();
  coordinator.onMessage('b', { ...failed(), failure: { ...FAILURE, who: 'rank 0 on a' } });
  coordinator.onMessage('b', ended());
  coordinator.onMessage('a', ended());
  assert.deepEqual(last(), { type: 'finish', failure: { rank: { ...FAILURE, who: 'a process on b' } } });
});

test('a stop is reported once, and a failure after it ends no other rank and restarts nothing', () => {
  const { coordinator, take, last } = twoHosts(5);
  take();
  coordinator.onMessage('b', { type: 'stop', signal: 'SIGTERM' });
  coordinator.onMessage('a', { type: 'stop', signal: 'SIGTERM' });
  coordinator.onMessage('b', failed());
  assert.deepEqual(take(), ['a stop', 'b stop']);
  coordinator.onMessage('b', ended());
  coordinator.onMessage('a', ended());
  assert.deepEqual(last(), { type: 'finish', failure: { rank: FAILURE } });
});

test('what is left of an earlier round is not taken for the new one', () => {
  const { coordinator, take, last } = twoHosts(1);
  coordinator.onMessage('b', failed());
  coordinator.onMessage('b', ended());
  coordinator.onMessage('a', ended());
  assert.deepEqual(last(), { type: 'start', round: 1, layout: [1, 2] });
  take();
  coordinator.onMessage('a', failed(0));
  coordinator.onMessage('a', ended(0));
  assert.deepEqual(take(), []);
  coordinator.onMessage('b', failed(1));
  coordinator.onMessage('a', ended(1));
  coordinator.onMessage('b', ended(1));
  assert.deepEqual(last(), { type: 'finish', failure: { rank: FAILURE } });
});

test('a lost host ends the job, whatever restarts are left, and gets nothing more', () => {
  const { coordinator, take, last } = twoHosts(5);
  take();
  coordinator.onLost('b', 'gone');
  assert.deepEqual(take(), ['a abort']);
  coordinator.onMessage('a', ended());
  assert.deepEqual(last(), { type: 'finish', failure: { lost: { host: 'b', why: 'gone' } } });
  assert.deepEqual(take(), ['a finish']);
});
