import { createServer, type Server, type Socket } from 'node:net';
import { monotonicMs, within } from '../../concurrency/clock.ts';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { throwIfStopped } from '../../process/stopped.ts';
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
  const members = new Members(options, events);
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

interface Member {
  readonly connection: LineConnection;
  readonly about: unknown;
}

/** The other hosts, as they come. */
class Members {
  isGathered = false;
  readonly #options: ClusterOptions;
  readonly #others: readonly string[];
  readonly #events: HubEvents;
  readonly #members = new Map<string, Member>();
  #onChange: () => void = () => undefined;

  constructor(options: ClusterOptions, events: HubEvents) {
    this.#options = options;
    this.#others = options.hosts.filter((host) => host !== options.currentHost);
    this.#events = events;
  }

  accept(socket: Socket): void {
    let host: string | undefined;
    const onMessage = (message: Message) => {
      if (host === undefined) host = this.#welcome(connection, message as Hello);
      else this.#events.onMessage(host, message);
    };
    const onLost = (why: string) => {
      if (host === undefined || this.#members.get(host)?.connection !== connection) return;
      if (this.isGathered) this.#events.onLost(host, why);
      else this.#members.delete(host);
    };
    const connection = lineConnection(socket, { onMessage, onLost });
  }

  /** The host behind the connection; undefined for one that takes no part. */
  #welcome(connection: LineConnection, hello: Hello): string | undefined {
    const { job, log } = this.#options;
    const refusal = this.isGathered ? 'all hosts are there already' : refusalOf(hello, this.#others, job);
    if (refusal !== undefined) {
      log.warn(`Somebody who is no host of this job tried the control port: ${refusal}`);
      refuse(connection, refusal);
      void connection.close();
      return undefined;
    }
    void this.#members.get(hello.host)?.connection.close();
    this.#members.set(hello.host, { connection, about: hello.about });
    this.#onChange();
    return hello.host;
  }

  /** The hosts that have not come yet. */
  missing(): readonly string[] {
    return this.#others.filter((host) => !this.#members.has(host));
  }

  /** Resolves when the next host comes. */
  change(): Promise<void> {
    return new Promise((resolve) => {
      this.#onChange = resolve;
    });
  }

  about(): ReadonlyMap<string, unknown> {
    return new Map([...this.#members].map(([host, { about }]) => [host, about]));
  }

  send(host: string, message: Message): void {
    this.#members.get(host)?.connection.send(message);
  }

  refuseAll(why: string): void {
    for (const { connection } of this.#members.values()) refuse(connection, why);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#members.values()].map(({ connection }) => connection.close()));
  }
}

function refuse(connection: LineConnection, why: string): void {
  connection.send({ type: 'refuse', why } as Message);
}

/** @throws OptmlError HOSTS_LOST or STOPPED. */
async function untilAllAreThere(
  { hosts, waitSeconds, controlPort, stop, log }: ClusterOptions,
  members: Members,
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
