import { lookup } from 'node:dns';
import { hostsLost } from './hosts-lost.ts';

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

/**
 * The address from which this host connects to the first, which takes it from an address of its name only: the kernel may
 * choose another one on a machine with several. Undefined where the name does not lead to the network of the first host,
 * as with Debian's 127.0.1.1 for a machine's own name.
 */
export async function ownAddress(currentHost: string, masterHost: string): Promise<string | undefined> {
  const [own, master] = await Promise.all([currentHost, masterHost].map((host) => addressOf(host).catch(() => '')));
  return own !== undefined && own !== '' && isLoopback(own) === isLoopback(master ?? '') ? own : undefined;
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.');
}
