import { createServer, type Server } from 'node:net';
import { nameHash } from './name-hash.ts';

/** Loopback addresses of one job's hosts, which no other job has while this one holds them. */
export interface HostAddresses {
  /** Address of the host of that number, from 0. */
  readonly of: (index: number) => string;
  readonly release: () => void;
}

const BLOCKS = 253;
const HOSTS_PER_ROW = 250;

/**
 * Takes a block of the loopback network, 127.N.0.0/16, for the job. A socket that has the block's name is the lock: one
 * without a file, which the kernel keeps for each network and removes with this process, however that ends. The job's
 * name says where to begin, so that a job that runs again mostly has its addresses again. Linux only.
 */
export function takeHostAddresses(jobName: string): HostAddresses {
  const first = nameHash(jobName) % BLOCKS;
  for (let tried = 0; tried < BLOCKS; tried++) {
    const block = blockAt(first + tried);
    const lock = listen(`optml-hosts-127.${block}`);
    if (lock !== undefined) return { of: (index) => addressIn(block, index), release: () => lock.close() };
  }
  // All taken, or the machine has no such sockets: a job that has the same block is unlikely still.
  return { of: (index) => addressIn(blockAt(first), index), release: () => undefined };
}

// 127.0 is everybody's.
function blockAt(index: number): number {
  return 1 + (index % BLOCKS);
}

function addressIn(block: number, index: number): string {
  return `127.${block}.${Math.floor(index / HOSTS_PER_ROW)}.${1 + (index % HOSTS_PER_ROW)}`;
}

// The kernel answers immediately whether such a name is taken.
function listen(name: string): Server | undefined {
  const server = createServer((socket) => socket.destroy());
  server.on('error', () => undefined);
  server.listen({ path: `\0${name}`, exclusive: true });
  if (!server.listening) return undefined;
  server.unref();
  return server;
}
