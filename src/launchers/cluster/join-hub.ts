import { connect, type Socket } from 'node:net';
import { monotonicMs, within } from '../../concurrency/clock.ts';
import { stoppedBeforeStart } from '../../process/stopped.ts';
import type { ClusterOptions } from './cluster.ts';
import { greetHub } from './greet-hub.ts';
import { hostsLost, reachFix } from './hosts-lost.ts';
import type { ConnectionEvents, LineConnection } from './line-connection.ts';
import type { Message } from './messages.ts';
import { ownAddress } from './own-address.ts';

const PAUSE_MS = 250;
const CONNECT_MS = 5000;
const PROGRESS_MS = 10_000;

/** What a host needs to join. */
export type JoinOptions = Omit<ClusterOptions<Message, Message>, 'hosts' | 'protocol'>;

/**
 * Connects to the first host as soon as it listens and takes this host.
 *
 * @throws OptmlError HOSTS_LOST when it does not in time, STOPPED.
 */
export async function joinHub(options: JoinOptions, events: ConnectionEvents): Promise<LineConnection> {
  const { masterHost, currentHost, controlPort, waitSeconds, stop, log } = options;
  const end = monotonicMs() + waitSeconds * 1000;
  const stopped = new Promise<void>((resolve) => stop.onStop(resolve));
  const target = { host: masterHost, port: controlPort, family: 4 };
  let localAddress = await ownAddress(currentHost, masterHost);
  let loggedAt = -Infinity;
  for (;;) {
    const socket = await tryToConnect({ ...target, localAddress });
    // This machine does not have the address of its name, or cannot reach the first host from it.
    if (socket === 'unusable address') localAddress = undefined;
    const isUp = socket instanceof Object;
    if (stop.signal !== undefined) {
      if (isUp) socket.destroy();
      throw stoppedBeforeStart(stop);
    }
    const connection = isUp ? await greetHub(socket, options, events) : undefined;
    if (connection !== undefined) return connection;
    const leftMs = end - monotonicMs();
    if (leftMs <= 0) {
      throw hostsLost(`the first host, ${masterHost}, did not come within ${waitSeconds} s`, reachFix(controlPort));
    }
    if (monotonicMs() - loggedAt >= PROGRESS_MS) {
      log.info(`Waiting for the first host, ${masterHost} (${Math.ceil(leftMs / 1000)} s left)`);
      loggedAt = monotonicMs();
    }
    await within(stopped, Math.min(PAUSE_MS, leftMs));
  }
}

interface ConnectTarget {
  readonly host: string;
  readonly port: number;
  readonly family: number;
  readonly localAddress: string | undefined;
}

const UNUSABLE = ['EADDRNOTAVAIL', 'EINVAL', 'ENETUNREACH', 'EHOSTUNREACH'];

function tryToConnect({ localAddress, ...target }: ConnectTarget): Promise<Socket | 'unusable address' | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ ...target, ...(localAddress !== undefined && { localAddress }) });
    const giveUp = (error?: NodeJS.ErrnoException) => {
      socket.destroy();
      const isUnusable = localAddress !== undefined && UNUSABLE.includes(error?.code ?? 'ETIMEDOUT');
      resolve(isUnusable ? 'unusable address' : undefined);
    };
    socket.setTimeout(CONNECT_MS, () => giveUp());
    socket.once('error', giveUp);
    socket.once('connect', () => {
      socket.off('error', giveUp);
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}
