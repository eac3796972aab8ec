import { lookup } from 'node:dns';
import { connect, type Socket } from 'node:net';
import { monotonicMs, within } from '../../concurrency/clock.ts';
import { stoppedBeforeStart } from '../../process/stopped.ts';
import type { ClusterOptions } from './cluster.ts';
import { hostsLost, reachFix } from './hosts-lost.ts';
import type { Hello } from './hub.ts';
import { type ConnectionEvents, type LineConnection, lineConnection } from './line-connection.ts';

const PAUSE_MS = 250;
const CONNECT_MS = 5000;
const PROGRESS_MS = 10_000;

/**
 * Connects to the first host as soon as it listens.
 *
 * @throws OptmlError HOSTS_LOST when it does not in time, STOPPED.
 */
export async function joinHub(options: ClusterOptions, events: ConnectionEvents): Promise<LineConnection> {
  const { masterHost, currentHost, controlPort, waitSeconds, stop, log, job, about } = options;
  const end = monotonicMs() + waitSeconds * 1000;
  const stopped = new Promise<void>((resolve) => stop.onStop(resolve));
  let loggedAt = -Infinity;
  for (;;) {
    const socket = await tryToConnect(masterHost, controlPort);
    if (stop.signal !== undefined) {
      socket?.destroy();
      throw stoppedBeforeStart(stop);
    }
    if (socket !== undefined) {
      const connection = lineConnection(socket, events);
      const hello: Hello = { type: 'hello', host: currentHost, job, about };
      connection.send(hello);
      return connection;
    }
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

function tryToConnect(host: string, port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, family: 4 });
    socket.setTimeout(CONNECT_MS, () => giveUp());
    const giveUp = () => {
      socket.destroy();
      resolve(undefined);
    };
    socket.once('error', giveUp);
    socket.once('connect', () => {
      socket.off('error', giveUp);
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

/** The IPv4 address of a host's name. @throws OptmlError HOSTS_LOST. */
export function addressOf(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    lookup(host, { family: 4 }, (error, address) => {
      if (error === null) resolve(address);
      else
        reject(
          hostsLost(
            `the name of this host, ${host}, does not resolve: ${error.message}`,
            'Check the network of the containers.',
          ),
        );
    });
  });
}
