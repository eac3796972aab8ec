import type { Socket } from 'node:net';
import type { ClusterOptions } from './cluster.ts';
import { type Guest, type GuestHandler, receiveGuest } from './guest.ts';
import { HostAddresses, plainAddress } from './host-addresses.ts';
import type { LineConnection } from './line-connection.ts';
import type { Message, Refusal } from './messages.ts';
import { refusalLog } from './refusals.ts';

/** Receives what the other hosts send once all are connected. */
export interface HubEvents<FromHost extends Message> {
  readonly onMessage: (host: string, message: FromHost) => void;
  readonly onLost: (host: string, why: string) => void;
}

interface Member {
  readonly connection: LineConnection;
  readonly about: unknown;
}

// Connections that have not introduced themselves: of one address, and of addresses that are not known to be a host's.
const MOST_OF_ADDRESS = 8;
const MOST_STRANGERS = 64;
// Messages of a host, over all its connections, before all are there: they are kept. A host has its stops to report only.
const MOST_EARLY = 16;

/**
 * The other hosts, as they connect. A connection is taken from an address of a host of the job only, and never in place
 * of one that is there.
 */
export class HubMembers<FromHost extends Message> {
  isGathered = false;
  readonly #options: ClusterOptions<FromHost, Message>;
  readonly #others: readonly string[];
  readonly #events: HubEvents<FromHost>;
  readonly #addresses: HostAddresses;
  readonly #members = new Map<string, Member>();
  readonly #guests = new Map<Socket, string>();
  readonly #early = new Map<string, number>();
  readonly #logRefusal: (from: string, why: string) => void;
  #strangers = 0;
  #onChange: () => void = () => undefined;

  constructor(options: ClusterOptions<FromHost, Message>, events: HubEvents<FromHost>) {
    this.#options = options;
    this.#others = options.hosts.filter((host) => host !== options.currentHost);
    this.#events = events;
    this.#addresses = new HostAddresses(this.#others);
    this.#logRefusal = refusalLog(options.log);
  }

  accept(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    // Until it has a reader: an error without one would end this process.
    socket.on('error', () => undefined);
    const isKnown = this.#addresses.knownAt(address).length > 0;
    const isCrowd = isKnown
      ? [...this.#guests.values()].filter((one) => one === address).length >= MOST_OF_ADDRESS
      : this.#strangers >= MOST_STRANGERS;
    if (address === '' || isCrowd) {
      socket.destroy();
      if (isCrowd) this.#logRefusal(address, 'too many connections');
    } else if (isKnown) this.#receive(socket, address);
    else void this.#receiveStranger(socket, address);
  }

  /** The names of the hosts may lead to other addresses than before. */
  async #receiveStranger(socket: Socket, address: string): Promise<void> {
    this.#strangers++;
    const hosts = await this.#addresses.hostsAt(address);
    this.#strangers--;
    if (hosts.length > 0) {
      if (!socket.destroyed) this.#receive(socket, address);
      return;
    }
    // Without an answer: a host whose name will lead to this address later tries again.
    socket.destroy();
    this.#logRefusal(address, 'this address belongs to no other host of the job');
  }

  #receive(socket: Socket, address: string): void {
    const { job, secret, protocol } = this.#options;
    const rules = { hosts: this.#others, job, secret, addresses: this.#addresses, readAbout: protocol.readAbout };
    this.#guests.set(socket, address);
    socket.once('close', () => this.#guests.delete(socket));
    receiveGuest(socket, address, rules, {
      onGuest: (guest) => {
        this.#guests.delete(socket);
        return this.#welcome(guest);
      },
      onRefused: (why) => this.#logRefusal(address, why),
    });
  }

  /** What handles the host behind the connection, or why it is not taken. */
  #welcome({ host, about, connection }: Guest): GuestHandler | string {
    if (this.isGathered) return 'all hosts are there already';
    // The one that is there stays: otherwise anybody could take the place of a host.
    if (this.#members.has(host)) return `host ${host} is there already`;
    this.#members.set(host, { connection, about });
    this.#onChange();
    const { readFromHost } = this.#options.protocol;
    return {
      onMessage: (value) => {
        const message = readFromHost(value);
        if (message === undefined) {
          this.#options.log.warn(`Host ${host} sent a message that this job does not have: the connection is ended`);
          return 'it sent a message that this job does not have';
        }
        if (this.#isTooEarly(host)) return 'it sent too many messages before the job had started';
        this.#events.onMessage(host, message);
        return undefined;
      },
      onLost: (why) => {
        if (this.isGathered) this.#events.onLost(host, why);
        else this.#members.delete(host);
      },
    };
  }

  #isTooEarly(host: string): boolean {
    if (this.isGathered) return false;
    const count = (this.#early.get(host) ?? 0) + 1;
    this.#early.set(host, count);
    return count > MOST_EARLY;
  }

  /** The hosts that have not connected yet. */
  missing(): readonly string[] {
    return this.#others.filter((host) => !this.#members.has(host));
  }

  /** Resolves when the next host connects. */
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
    for (const { connection } of this.#members.values()) connection.send({ type: 'refuse', why } satisfies Refusal);
  }

  async close(): Promise<void> {
    for (const socket of this.#guests.keys()) socket.destroy();
    await Promise.all([...this.#members.values()].map(({ connection }) => connection.close()));
  }
}
