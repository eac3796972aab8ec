import type { Socket } from 'node:net';
import { within } from '../../concurrency/clock.ts';
import { withResolvers } from '../../concurrency/with-resolvers.ts';
import { isProof, makeNonce, proofOf } from './job-secret.ts';
import type { JoinOptions } from './join-hub.ts';
import { type ConnectionEvents, type LineConnection, lineConnection } from './line-connection.ts';
import { type Hello, type Proof, readRefusal, readWelcome } from './messages.ts';

const ANSWER_MS = 10_000;

/**
 * Introduces this host on a connection to the first. Undefined if the other end does not take it or, where the hosts share
 * a secret, does not know the secret: then it is not the first host of this job, which may still come.
 */
export async function greetHub(
  socket: Socket,
  { currentHost: host, job, about, secret, masterHost, log }: JoinOptions,
  events: ConnectionEvents,
): Promise<LineConnection | undefined> {
  const nonce = makeNonce();
  const taken = withResolvers<boolean>();
  let isTaken = false;
  const settle = (result: boolean) => {
    isTaken = result;
    taken.resolve(result);
  };
  const takeWelcome = (value: unknown): string | undefined => {
    const welcome = readWelcome(value);
    if (secret === undefined || readRefusal(value) !== undefined) {
      settle(true);
      return welcome === undefined ? events.onMessage(value) : undefined;
    }
    const parts = { host, hostNonce: nonce, firstNonce: welcome?.nonce ?? '' };
    if (welcome === undefined || !isProof(welcome.proof, secret, { by: 'first host', ...parts })) {
      log.warn(`What listens on the control port of ${masterHost} does not know the secret of this job`);
      settle(false);
      return undefined;
    }
    connection.send({ type: 'proof', proof: proofOf(secret, { by: 'host', ...parts }) } satisfies Proof);
    settle(true);
    return undefined;
  };
  const connection = lineConnection(socket, {
    onMessage: (value) => {
      if (isTaken) return events.onMessage(value);
      return takeWelcome(value);
    },
    onLost: (why) => {
      if (isTaken) events.onLost(why);
      else settle(false);
    },
  });
  connection.send({ type: 'hello', host, job, about, nonce } satisfies Hello);
  if ((await within(taken.promise, ANSWER_MS)) && isTaken) return connection;
  socket.destroy();
  void connection.close();
  return undefined;
}
