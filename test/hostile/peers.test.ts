// Real pairs of hosts, and on their network programs that are none of them. `npm run build` first.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { PEER_KINDS, playFirstHost, playPeer } from '../support/hostile/peer.ts';
import { type Random, randomFrom } from '../support/hostile/random.ts';
import { makeJob, type RunningJob, type RunResult, startTrain } from '../support/job.ts';
import { SEED } from '../support/json-values.ts';
import { hostAddresses } from '../support/rank-hosts.ts';
import { trials } from '../support/trials.ts';

const JOB = 'a-job';
const FOREIGN = '127.0.0.1';
const PEERS_OF_PAIR = 8;
// The program of each host. It ends soon, and leaves the log to optml.
const CODE = '#!/bin/sh\nexit 0\n';

interface Pair {
  readonly hosts: readonly [string, string];
  readonly port: number;
  readonly start: (index: 0 | 1) => RunningJob;
}

function makePair(t: TestContext, variables: NodeJS.ProcessEnv): Pair {
  const { hosts: found, port } = hostAddresses(2);
  const [first = '', second = ''] = found;
  const start = (index: 0 | 1) => {
    const base = makeJob(t, {
      program: 'train.sh',
      files: { 'code/train.sh': CODE },
      hyperparameters: {
        optml_launch: 'true',
        optml_master_port: String(port),
        sagemaker_mpi_num_of_processes_per_host: '1',
        optml_host_wait_seconds: '60',
      },
      resourceConfig: { current_host: found[index], hosts: found },
    });
    return startTrain(t, base, { TRAINING_JOB_NAME: JOB, ...variables });
  };
  return { hosts: [first, second], port: port + 1, start };
}

/** The problems in the log of a host: unescaped text of a peer, too many lines, uncaught errors. */
function logProblems({ stderr }: RunResult): readonly string[] {
  const lines = stderr.split('\n');
  return [
    ...lines.filter((line) => /^\S+ optml INFO {2}FORGED/.test(line)).map((line) => `forged: ${line}`),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are searched for
    ...(/[\u0000-\u0008\u000b-\u001f\u007f]/.test(stderr) ? ['control characters'] : []),
    ...(/^\s+at |TypeError|RangeError|DEFECT/m.test(stderr) ? [`an error: ${stderr.slice(0, 1000)}`] : []),
    ...(lines.length > 200 || stderr.length > 100_000 ? [`${lines.length} lines, ${stderr.length} characters`] : []),
  ];
}

/** Peers attack the first host of a pair until its other host has come. Returns the problems. */
async function playPair(t: TestContext, seed: number, { hasSecret }: { readonly hasSecret: boolean }) {
  const random = randomFrom(seed);
  const secret = hasSecret ? { OPTML_JOB_SECRET: randomBytes(32).toString('hex') } : {};
  const pair = makePair(t, secret);
  const leader = pair.start(0);
  await leader.seen('Waiting for');
  const kinds = Array.from({ length: PEERS_OF_PAIR }, () => random.pick(PEER_KINDS));
  const [first, host] = pair.hosts;
  const peers = kinds.map((kind) => {
    // With a secret also from the address of the host that is still missing.
    const from = hasSecret && random.chance(0.5) ? host : FOREIGN;
    return playPeer(kind, randomFrom(random.integer(2 ** 31)), { first, port: pair.port, host, job: JOB, from });
  });
  // The host comes while they are at work, except for those that wait for the places of its address.
  if (hasSecret) await Promise.all(peers);
  const ends = await Promise.all([leader.ended, pair.start(1).ended]);
  await Promise.all(peers);
  const verdicts = ends.flatMap((end) =>
    end.code === 0 && end.isSuccess ? [] : [`exit code ${end.code}: ${end.stderr}`],
  );
  const problems = [...verdicts, ...ends.flatMap(logProblems)];
  return problems.map((problem) => `OPTML_TEST_SEED=${seed} (${kinds.join(', ')}): ${problem}`);
}

/** A worker whose first host is not the one of the job. Returns the problems. */
async function playWorker(t: TestContext, seed: number) {
  const random: Random = randomFrom(seed);
  const pair = makePair(t, {});
  const [first, host] = pair.hosts;
  const server = await playFirstHost(random, { first, port: pair.port, host, job: JOB });
  t.after(() => server.close());
  const worker = pair.start(1);
  const end = await worker.ended;
  const isFailed = end.code !== 0 && end.code !== 70 && !end.isSuccess && end.failure !== undefined;
  const problems = [...(isFailed ? [] : [`exit code ${end.code}: ${end.stderr}`]), ...logProblems(end)];
  return problems.map((problem) => `OPTML_TEST_SEED=${seed}: ${problem}`);
}

const PAIRS = trials({ gate: 3, long: 13 });
const seeds = (count: number) => Array.from({ length: count }, (_, index) => SEED + index);

test(`no peer from another address ends, delays or joins a job (seed ${SEED})`, async (t) => {
  for (const seed of seeds(PAIRS)) assert.deepEqual(await playPair(t, seed, { hasSecret: false }), []);
});

test(`no peer from the address of a host takes its place without the secret of the job (seed ${SEED})`, async (t) => {
  for (const seed of seeds(PAIRS)) assert.deepEqual(await playPair(t, seed, { hasSecret: true }), []);
});

test('a peer that greets as a host, from its address, waits in vain for the place of the host', async (t) => {
  const pair = makePair(t, { OPTML_JOB_SECRET: randomBytes(32).toString('hex') });
  const [first, host] = pair.hosts;
  const leader = pair.start(0);
  await leader.seen('Waiting for');
  const peer = connect({ host: first, port: pair.port, localAddress: host });
  t.after(() => peer.destroy());
  const answered = once(peer, 'data');
  peer.write(`${JSON.stringify({ type: 'hello', host, job: JOB, nonce: 'ab', about: 1 })}\n`);
  assert.match(String(await answered), /^\{"type":"welcome"/);
  const ends = await Promise.all([leader.ended, pair.start(1).ended]);
  assert.deepEqual(
    ends.map(({ code, isSuccess }) => [code, isSuccess]),
    [
      [0, true],
      [0, true],
    ],
    ends[0].stderr,
  );
});

test(`a worker fails, and nothing else, whatever the first host sends (seed ${SEED})`, async (t) => {
  for (const seed of seeds(trials({ gate: 4, long: 25 }))) assert.deepEqual(await playWorker(t, seed), []);
});
