import { createServer, type Server, type Socket } from 'node:net';
import { monotonicMs, within } from '../../concurrency/clock.ts';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { throwIfStopped } from '../../process/stopped.ts';
import type { ClusterOptions } from './cluster.ts';
import { hostsLost, reachFix } from './hosts-lost.ts';
import { type HubEvents, HubMembers } from './hub-members.ts';
import type { Message } from './messages.ts';

/** The first host's end of a cluster. */
export interface Hub {
  /** What each of the other hosts said about itself. */
  readonly about: ReadonlyMap<string, unknown>;
  readonly send: (host: string, message: Message) => void;
  readonly close: () => Promise<void>;
}

const PROGRESS_MS = 10_000;

/**
 * Listens on the control port until every other host has connected.
 *
 * @throws OptmlError HOSTS_LOST for hosts that do not connect in time, START_FAILED for a port that is taken, STOPPED.
 */
export async function openHub<FromHost extends Message>(
  options: ClusterOptions<FromHost, Message>,
  address: string,
  events: HubEvents<FromHost>,
): Promise<Hub> {
  const members = new HubMembers(options, events);
  const server = await listen(address, options.controlPort, (socket) => members.accept(socket));
  const close = async () => {
    server.close();
    await members.close();
  };
  try {
    await untilAllAreThere(options, members);
  } catch (error) {
    members.refuseAll((error as Error).message);
    await close();
    throw error;
  }
  members.isGathered = true;
  return { about: members.about(), send: (host, message) => members.send(host, message), close };
}

/** @throws OptmlError HOSTS_LOST or STOPPED. */
async function untilAllAreThere(
  { hosts, waitSeconds, controlPort, stop, log }: Omit<ClusterOptions<Message, Message>, 'protocol'>,
  members: Pick<HubMembers<Message>, 'missing' | 'change'>,
): Promise<void> {
  const end = monotonicMs() + waitSeconds * 1000;
  const stopped = new Promise<void>((resolve) => stop.onStop(resolve));
  for (let missing = members.missing(); missing.length > 0; missing = members.missing()) {
    const counts = `${missing.length} of ${hosts.length} hosts`;
    throwIfStopped(stop);
    const leftMs = end - monotonicMs();
    if (leftMs <= 0) {
      throw hostsLost(`${counts} did not come within ${waitSeconds} s: ${missing.join(', ')}`, reachFix(controlPort));
    }
    log.info(`Waiting for ${counts}: ${missing.join(', ')} (${Math.ceil(leftMs / 1000)} s left)`);
    await within(Promise.race([members.change(), stopped]), Math.min(PROGRESS_MS, leftMs));
  }
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
      // Nothing depends on a single connection that could not be taken: its host tries again.
      server.on('error', () => undefined);
      resolve(server);
    });
  });
}
