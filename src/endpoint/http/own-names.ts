import { isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

const EVERY_ADDRESS = ['0.0.0.0', '::'];

/** The names in `Host` headers that mean an endpoint which listens on `host`, beside those of the loopback interface. */
export function ownNames(host: string): readonly string[] {
  if (!EVERY_ADDRESS.includes(host)) return [inHeader(host)];
  const addresses = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return [...new Set([hostname().toLowerCase(), ...addresses.map(({ address }) => inHeader(address))])];
}

/** Where programs of this machine reach an endpoint that listens on `host`. */
export function addressForClients(host: string): string {
  return EVERY_ADDRESS.includes(host) ? '127.0.0.1' : host;
}

/** An address in the form of URLs and `Host` headers. */
export function inHeader(host: string): string {
  return isIPv6(host) ? `[${host.toLowerCase()}]` : host.toLowerCase();
}

/** Whether only programs of this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
