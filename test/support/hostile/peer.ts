// Programs on the network of a job that are no host of it, or that have taken the place of one.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.ts';

/** Where the first host listens, and what a peer pretends to be. */
export interface PeerTarget {
  readonly first: string;
  readonly port: number;
  /** The host whose place the peer wants. */
  readonly host: string;
  readonly job: string;
  /** Where the peer connects from. */
  readonly from: string;
}

/** How a rank ended, as hosts send it to each other. */
export const END = {
  exitCode: 3,
  signal: null,
  startError: null,
  isKilledAfterGrace: false,
  memoryKills: 0,
  errorOutput: 'x',
};
const FORGED = 'x\n2026-11-30T00:00:00.000Z optml INFO  FORGED by a peer\u001b]0;FORGED\u0007';
const ODD: readonly unknown[] = [
  null,
  0,
  -1,
  1e308,
  '',
  FORGED,
  'SIGKILL',
  {},
  [],
  { toString: 1, valueOf: 1 },
  true,
  [1, 5000],
];

/** A message that hosts send, and the values that a mutation may replace. */
function validMessage(random: Random, { host, job }: Pick<PeerTarget, 'host' | 'job'>): Record<string, unknown> {
  const failure = { who: `rank 1 on ${host}`, end: { ...END } };
  return random.pick<Record<string, unknown>>([
    { type: 'hello', host, job, nonce: 'ab', about: 1 },
    { type: 'proof', proof: 'ab' },
    { type: 'welcome', nonce: 'ab', proof: 'ab' },
    { type: 'failed', round: 0, failure },
    { type: 'ended', round: 0 },
    { type: 'stop', signal: 'SIGTERM' },
    { type: 'rank', rank: 1 },
    { type: 'idle' },
    { type: 'over', end: { ...END, exitCode: 0 } },
    { type: 'start', round: 0, layout: [1, 1] },
    { type: 'abort', round: 0 },
    { type: 'release' },
    { type: 'finish', failure: null },
    { type: 'finish', failure: { rank: failure } },
    { type: 'refuse', why: FORGED },
    { type: 'beat' },
  ]);
}

/** A line with a mutated message. */
function mutatedLine(random: Random, target: Pick<PeerTarget, 'host' | 'job'>): string {
  const message = validMessage(random, target);
  let owner = message;
  for (let depth = random.integer(3); depth > 0; depth--) {
    const inner = Object.values(owner).find((value) => typeof value === 'object' && value !== null);
    if (inner !== undefined) owner = inner as Record<string, unknown>;
  }
  const names = Object.keys(owner);
  if (names.length > 0 && random.chance(0.8)) {
    const name = random.pick(names);
    if (random.chance(0.2)) delete owner[name];
    else owner[name] = random.pick(ODD);
  }
  const line = JSON.stringify(message);
  return `${random.chance(0.1) ? line.slice(0, random.integer(line.length)) : line}\n`;
}

function bytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.integer(256)));
}

/** What a peer does with its connections; each ends by itself. */
const BEHAVIOURS: Readonly<Record<string, (random: Random, target: PeerTarget) => Promise<void>>> = {
  garbage: (random, target) => talk(target, [bytes(random, 1 + random.integer(4096))]),
  mutated: (random, target) =>
    talk(
      target,
      Array.from({ length: 1 + random.integer(8) }, () => mutatedLine(random, target)),
    ),
  impostor: (random, target) => {
    const hello = { type: 'hello', host: target.host, job: target.job, nonce: 'ab', about: 1 };
    const lines = Array.from({ length: 4 }, () => mutatedLine(random, target));
    return talk(target, [`${JSON.stringify(hello)}\n`, ...lines]);
  },
  huge: (random, target) =>
    talk(
      target,
      Array.from({ length: 24 }, () => 'A'.repeat(100_000 + random.integer(1000))),
    ),
  slow: async (random, target) => {
    const line = mutatedLine(random, target);
    await talk(target, [...line].slice(0, 40), 20);
  },
  many: async (_random, target) => {
    await Promise.all(Array.from({ length: 100 }, () => talk(target, ['{'], 50)));
  },
  flood: (_random, target) =>
    talk(
      target,
      Array.from({ length: 30 }, () => '{"type":"beat"}\n'.repeat(1000)),
    ),
};

/** The names of what peers do. */
export const PEER_KINDS = Object.keys(BEHAVIOURS);

/** Runs one peer to its end. Never rejects: a refused connection is what it deserves. */
export async function playPeer(kind: string, random: Random, target: PeerTarget): Promise<void> {
  await BEHAVIOURS[kind]?.(random, target);
}

function talk({ first, port, from }: PeerTarget, parts: readonly (string | Buffer)[], pauseMs = 0): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host: first, port, localAddress: from });
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.once('close', () => resolve());
    socket.setTimeout(3000, () => socket.destroy());
    socket.once('connect', async () => {
      for (const part of parts) {
        if (socket.destroyed) return;
        socket.write(part);
        if (pauseMs > 0) await sleep(pauseMs);
      }
      await sleep(100);
      socket.end();
      socket.destroySoon();
    });
  });
}

/** A server in the place of the first host, which sends mutated messages to every host that connects. */
export function playFirstHost(random: Random, { first, port, host, job }: Omit<PeerTarget, 'from'>): Promise<Server> {
  const serve = async (socket: Socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    for (let count = 0; count < 12 && !socket.destroyed; count++) {
      socket.write(random.chance(0.1) ? bytes(random, 64) : mutatedLine(random, { host, job }));
      await sleep(20);
    }
    socket.end();
  };
  const server = createServer((socket) => void serve(socket));
  return new Promise((resolve) => server.listen(port, first, () => resolve(server)));
}
