import { lookup } from 'node:dns';
import { monotonicMs, sleep } from '../../concurrency/clock.ts';

/** Finds all addresses of a host's name; none where it does not resolve. */
export type FindAddresses = (host: string) => Promise<readonly string[]>;

// Names are looked up again for a stranger, but no more often than this.
const PAUSE_MS = 1000;

/**
 * The addresses of the hosts of a job. A name may have several, and they may change: names are looked up again for an
 * address that is unknown, once a second at most.
 */
export class HostAddresses {
  readonly #hosts: readonly string[];
  readonly #find: FindAddresses;
  readonly #known = new Map<string, ReadonlySet<string>>();
  #refresh: Promise<void> | undefined;
  #refreshedAt = -Infinity;

  constructor(hosts: readonly string[], find: FindAddresses = allAddresses) {
    this.#hosts = hosts;
    this.#find = find;
  }

  /** The hosts with this address, as far as their names were looked up before. */
  knownAt(address: string): readonly string[] {
    return this.#hosts.filter((host) => this.#known.get(host)?.has(address));
  }

  /** The hosts with this address. */
  async hostsAt(address: string): Promise<readonly string[]> {
    const known = this.knownAt(address);
    if (known.length > 0) return known;
    await this.#lookUp();
    return this.knownAt(address);
  }

  /** Whether the host has this address. */
  async has(host: string, address: string): Promise<boolean> {
    if (this.#known.get(host)?.has(address)) return true;
    await this.#lookUp();
    return this.#known.get(host)?.has(address) === true;
  }

  #lookUp(): Promise<void> {
    this.#refresh ??= this.#lookUpAll().finally(() => {
      this.#refresh = undefined;
    });
    return this.#refresh;
  }

  async #lookUpAll(): Promise<void> {
    const waitMs = this.#refreshedAt + PAUSE_MS - monotonicMs();
    if (waitMs > 0) await sleep(waitMs);
    this.#refreshedAt = monotonicMs();
    // A name that does not resolve at the moment keeps the addresses that it had.
    const ask = async (host: string) => {
      const addresses = await this.#find(host);
      if (addresses.length > 0) this.#known.set(host, new Set(addresses.map(plainAddress)));
    };
    await Promise.all(this.#hosts.map(ask));
  }
}

/** An address in one form: an IPv4 address that is written as one of IPv6 becomes the former, and zones are left out. */
export function plainAddress(address: string): string {
  const [plain = ''] = address.toLowerCase().split('%');
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1] ?? plain;
}

function allAddresses(host: string): Promise<readonly string[]> {
  return new Promise((resolve) => {
    lookup(host, { all: true }, (error, addresses) => {
      resolve(error === null ? addresses.map(({ address }) => address) : []);
    });
  });
}
