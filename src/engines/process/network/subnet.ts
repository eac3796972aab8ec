import { networkInterfaces } from 'node:os';
import { nameHash } from './name-hash.ts';

/** The addresses of a job's own network. */
export interface Subnet {
  /** With the length of the network's part, as `ip` takes it. */
  readonly of: (index: number) => string;
  /** Of the bridge that joins the hosts. */
  readonly gateway: string;
}

/** Length of the network's part of each address. */
export const PREFIX_LENGTH = 16;

// Programs that connect networks take 10.0.2.0/24, and engines the first ones.
const [FIRST, COUNT] = [64, 64];

/**
 * Addresses for the hosts of a job. Every job has a network of its own, so two jobs may have the same ones; those of the
 * machine's networks are avoided, because the hosts could not reach these.
 */
export function chooseSubnet(jobName: string, taken: readonly string[] = machineAddresses()): Subnet {
  const isFree = (number: number) => !taken.some((address) => address.startsWith(`10.${number}.`));
  const start = nameHash(jobName) % COUNT;
  const numbers = Array.from({ length: COUNT }, (_, index) => FIRST + ((start + index) % COUNT));
  const network = numbers.find(isFree) ?? FIRST;
  return {
    of: (index) => `10.${network}.${Math.floor((index + 1) / 256)}.${(index + 1) % 256}`,
    gateway: `10.${network}.255.254`,
  };
}

function machineAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
}
