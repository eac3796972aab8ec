import { createServer, type Server, type Socket } from 'node:net';
import { monotonicMs, within } from '../../clock.ts';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { stoppedBeforeStart } from '../../process/stopped.ts';
import type { ClusterOptions } from './cluster.ts';
import { hostsLost, reachFix } from './hosts-lost.ts';
import { type LineConnection, lineConnection, type Message } from './line-connection.ts';

/** How a host introduces itself to the first. */
export interface Hello extends Message {
  readonly type: 'hello';
  readonly host: string;
  /** The job's name, so that two jobs on one network are not mixed up. */
  readonly job: string;
  /** What the launcher wants to know of every host. */
  readonly about: unknown;
}

/** The first host's end of a cluster. */
export interface Hub {
  /** What each of the other hosts told about itself. */
  readonly about: ReadonlyMap<string, unknown>;
  readonly send: (host: string, message: Message) => void;
  readonly close: () => Promise<void>;
}

/** Who is told what the other hosts say once all are there. */
export interface HubEvents {
  readonly onMessage: (host: string, message: Message) => void;
  readonly onLost: (host: string, why: string) => void;
}

const PROGRESS_MS = 10_000;

/**
 * Listens on the control port until every other host has come.
 *
 * @throws OptmlError HOSTS_LOST for hosts that do not come in time, START_FAILED for a port that is taken, STOPPED.
 */
export async function openHub(options: ClusterOptions, address: string, events: HubEvents): Promise<Hub> {
  const { hosts, currentHost, log } = options;
  const others = hosts.filter((host) => host !== currentHost);
  const members = new Map<string, { readonly connection: LineConnection; readonly about: unknown }>();
  let isGathered = false;
  let onChange: () => void = () => undefined;
  const server = await listen(address, options.controlPort, (socket) => {
    let host: string | undefined;
    const connection = lineConnection(socket, {
      onMessage: (message) => {
        if (host !== undefined) {
          events.onMessage(host, message);
          return;
        }
        const hello = message as Hello;
        const refusal = isGathered ? 'all hosts are there already' : refusalOf(hello, others, options.job);
        if (refusal !== undefined) {
          log.warn(`Somebody who is no host of this job tried the control port: ${refusal}`);
          connection.send({ type: 'refuse', why: refusal } as Message);
          void connection.close();
          return;
        }
        host = hello.host;
        void members.get(host)?.connection.close();
        members.set(host, { connection, about: hello.about });
        onChange();
      },
      onLost: (why) => {
        if (host === undefined || members.get(host)?.connection !== connection) return;
        if (isGathered) events.onLost(host, why);
        else members.delete(host);
      },
    });
  });
  const closeAll = async () => {
    server.close();
    await Promise.all([...members.values()].map(({ connection }) => connection.close()));
  };
  try {
    await untilAllAreThere(options, others, members, (listener) => {
      onChange = listener;
    });
  } catch (error) {
    for (const { connection } of members.values()) {
      connection.send({ type: 'refuse', why: (error as Error).message } as Message);
    }
    await closeAll();
    throw error;
  }
  isGathered = true;
  return {
    about: new Map([...members].map(([host, { about }]) => [host, about])),
    send: (host, message) => members.get(host)?.connection.send(message),
    close: closeAll,
  };
}

/** @throws OptmlError HOSTS_LOST or STOPPED. */
async function untilAllAreThere(
  { hosts, waitSeconds, controlPort, stop, log }: ClusterOptions,
  others: readonly string[],
  members: ReadonlyMap<string, unknown>,
  onNextChange: (listener: () => void) => void,
): Promise<void> {
  const end = monotonicMs() + waitSeconds * 1000;
  const stopped = new Promise<void>((resolve) => stop.onStop(resolve));
  while (members.size < others.length) {
    const missing = others.filter((host) => !members.has(host));
    const counts = `${missing.length} of ${hosts.length} hosts`;
    if (stop.signal !== undefined) throw stoppedBeforeStart(stop);
    const leftMs = end - monotonicMs();
    if (leftMs <= 0) {
      throw hostsLost(`${counts} did not come within ${waitSeconds} s: ${missing.join(', ')}`, reachFix(controlPort));
    }
    log.info(`Waiting for ${counts}: ${missing.join(', ')} (${Math.ceil(leftMs / 1000)} s left)`);
    const changed = new Promise<void>((resolve) => onNextChange(resolve));
    await within(Promise.race([changed, stopped]), Math.min(PROGRESS_MS, leftMs));
  }
}

function refusalOf(hello: Hello, others: readonly string[], job: string): string | undefined {
  if (hello.type !== 'hello') return 'no greeting';
  if (!others.includes(hello.host)) return `host ${hello.host} takes no part`;
  return hello.job === job ? undefined : `it belongs to job "${hello.job}"`;
}

async function listen(address: string, port: number, onSocket: (socket: Socket) => void): Promise<Server> {
  try {
    return await listenAt(address, port, onSocket);
  } catch (error) {
    // The host's name leads to an address in front of this machine: then all of its own have to do.
    if (systemErrorCode(error) === 'EADDRNOTAVAIL') return listenAt('0.0.0.0', port, onSocket);
    throw new OptmlError('START_FAILED', `the control port ${port} cannot be opened: ${(error as Error).message}`, {
      where: `${address}:${port}`,
      fix: 'Leave the port after OPTML_MASTER_PORT free, or choose another OPTML_MASTER_PORT.',
      cause: error,
    });
  }
}

function listenAt(address: string, port: number, onSocket: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(onSocket);
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      // Of a single connection that could not be taken nothing depends: its host tries again.
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}
