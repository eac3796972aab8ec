// What may arrive on the control port: any JSON, and mutations of messages that hosts do send.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isObject, readJson } from '../../../../src/json/read-value.ts';
import { isFailedEnd } from '../../../../src/launchers/cluster/failure.ts';
import {
  finishOf,
  helloOf,
  readProof,
  readRankFailure,
  readRefusal,
  readStop,
  readWelcome,
} from '../../../../src/launchers/cluster/messages.ts';
import { MPI_PROTOCOL, readFromRank, readToRank } from '../../../../src/launchers/mpi/mpi-messages.ts';
import { rankProtocol } from '../../../../src/launchers/ranks/rank-messages.ts';
import { END } from '../../../support/hostile/peer.ts';

const HOSTS = ['algo-1', 'algo-2'];
const RANKS = rankProtocol({ hosts: HOSTS, maxRestarts: 1, counts: { least: 2, most: 2 } });
const FAILURE = { who: 'rank 1 on algo-2', end: END };

/** Messages as hosts send them, with the reader of each. */
const VALID = [
  [helloOf(HOSTS, RANKS.readAbout), { type: 'hello', host: 'algo-2', job: 'job', nonce: 'ab', about: 2 }],
  [readWelcome, { type: 'welcome', nonce: '', proof: '' }],
  [readProof, { type: 'proof', proof: 'ab' }],
  [readRefusal, { type: 'refuse', why: 'all hosts are there already' }],
  [readStop, { type: 'stop', signal: 'SIGTERM' }],
  [finishOf(HOSTS), { type: 'finish', failure: null }],
  [finishOf(HOSTS), { type: 'finish', failure: { rank: FAILURE } }],
  [finishOf(HOSTS), { type: 'finish', failure: { lost: { host: 'algo-2', why: 'gone' } } }],
  [RANKS.readFromHost, { type: 'failed', round: 1, failure: FAILURE }],
  [RANKS.readFromHost, { type: 'ended', round: 0 }],
  [RANKS.readToHost, { type: 'start', round: 0, layout: [2, 2] }],
  [RANKS.readToHost, { type: 'abort', round: 0 }],
  [MPI_PROTOCOL.readFromHost, { type: 'rank', rank: 3 }],
  [MPI_PROTOCOL.readFromHost, { type: 'failed', failure: FAILURE }],
  [MPI_PROTOCOL.readFromHost, { type: 'idle' }],
  [MPI_PROTOCOL.readToHost, { type: 'start' }],
  [MPI_PROTOCOL.readToHost, { type: 'release' }],
  [readFromRank, { type: 'hello', rank: 0 }],
  [readFromRank, { type: 'ended', end: END, isEndedForOthers: false }],
  [readToRank, { type: 'environment', cwd: '/', graceSeconds: 1.5, variables: { PATH: '/bin' }, ownNames: ['PATH'] }],
  [readToRank, { type: 'signal', signal: 'SIGUSR1' }],
] as const;

const READERS = VALID.map(([read]) => read);
// Line breaks and what a terminal obeys, apart from the lines and tabs of an error output.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are searched for
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]/;

test('messages that hosts send are read as they are', () => {
  for (const [read, message] of VALID) assert.deepEqual(read(JSON.parse(JSON.stringify(message))), message);
});

test('any value is read or refused, without an error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json({ maxDepth: 6 }).map(readJson), fc.anything()), (value) => {
      for (const read of READERS) read(value);
    }),
    { numRuns: 500 },
  );
});

test('a mutated message is refused, or has the shape of its kind', () => {
  const message = fc.constantFrom(...VALID);
  fc.assert(
    fc.property(message, fc.nat(), fc.jsonValue(), ([read, valid], at, value) => {
      const result: unknown = read(mutate(valid, at, value));
      if (result !== undefined) checkShape(result, valid);
    }),
    { numRuns: 2000 },
  );
});

/** The message with one of its values, at any depth, replaced. */
function mutate(message: unknown, at: number, value: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(message));
  const places: Array<readonly [Record<string, unknown>, string]> = [];
  const visit = (node: unknown) => {
    if (!isObject(node)) return;
    for (const name of Object.keys(node)) {
      places.push([node as Record<string, unknown>, name]);
      visit(node[name]);
    }
  };
  visit(copy);
  const [owner, name] = places[at % places.length] ?? [{}, ''];
  owner[name] = value;
  return copy;
}

/** Whether all members are of the kinds that the message has, and its texts are data. */
function checkShape(result: unknown, valid: unknown): void {
  assert.ok(isObject(result) && isObject(valid));
  const text = JSON.stringify(result, (name, value) => (name === 'cwd' || name === 'variables' ? undefined : value));
  for (const part of JSON.parse(`[${text}]`).flatMap(textsIn)) assert.doesNotMatch(part, CONTROLS);
  const { type, failure, exitCode } = result;
  assert.equal(type, valid['type']);
  assert.equal(exitCode, undefined);
  if (isObject(failure) && isObject(failure['rank'])) assert.ok(isFailedEnd(failure['rank']['end'] as never));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

test('a failure never has the end of a success', () => {
  assert.equal(readRankFailure({ who: 'rank 0', end: { ...END, exitCode: 0 } }), undefined);
  assert.ok(readRankFailure({ who: 'rank 0', end: { ...END, exitCode: 0, isKilledAfterGrace: true } }) !== undefined);
  for (const exitCode of [-1, 256, 1e308, 1.5, '3', null]) {
    assert.equal(readRankFailure({ who: 'rank 0', end: { ...END, exitCode } }), undefined);
  }
});

test('texts of another host have no line breaks and no escape sequences', () => {
  const end = { ...END, errorOutput: 'a\u001b[31mred\u001b[0m\nb\u001b]0;title\u0007' };
  const failure = readRankFailure({ who: 'rank 0\n2026 optml INFO Reporting training SUCCESS\u001b[2K', end });
  assert.equal(failure?.who, 'rank 0\\x0a2026 optml INFO Reporting training SUCCESS\\x1b[2K');
  assert.equal(failure?.end.errorOutput, 'ared\nb\\x1b]0;title\\x07');
  assert.equal(readRefusal({ type: 'refuse', why: 'x'.repeat(10_000) })?.why.length, 501);
});

test('numbers and hosts are those of the job', () => {
  const start = { type: 'start', round: 0, layout: [2, 2] };
  for (const change of [
    { layout: [2] },
    { layout: [2, 5000] },
    { layout: [2, 2, 2] },
    { layout: undefined },
    { round: 2 },
  ]) {
    assert.equal(RANKS.readToHost({ ...start, ...change }), undefined, JSON.stringify(change));
  }
  assert.equal(RANKS.readAbout(1e308), undefined);
  assert.equal(MPI_PROTOCOL.readFromHost({ type: 'rank', rank: 1e9 }), undefined);
  assert.equal(MPI_PROTOCOL.readFromHost({ type: 'over', end: END }), undefined, 'mpirun runs on the first host only');
  assert.equal(finishOf(HOSTS)({ type: 'finish', failure: { lost: { host: 'algo-9', why: '' } } }), undefined);
  assert.equal(readStop({ type: 'stop', signal: 'SIGKILL' }), undefined);
});
