import { createServer, type Server } from 'node:net';

/** Loopback addresses of one job's hosts, which no other job has while this one holds them. */
export interface HostAddresses {
  /** Address of the host of that number, from 0. */
  readonly of: (index: number) => string;
  readonly release: () => void;
}

const BLOCKS = 253;
const HOSTS_PER_ROW = 250;
// Any port below those that systems give to clients. The address is the job's own; the port only has to be the same one.
const LOCK_PORT = 15_150;

/**
 * Takes a block of the loopback network, 127.N.0.0/16, for the job. A socket that listens in a corner of the block is the
 * lock: the kernel removes it with this process, however that ends. The name says where to begin, so that a job that runs
 * again mostly has its addresses again.
 */
export async function takeHostAddresses(jobName: string): Promise<HostAddresses> {
  const first = hash(jobName) % BLOCKS;
  for (let tried = 0; tried < BLOCKS; tried++) {
    const block = blockAt(first + tried);
    const lock = await listen(`127.${block}.255.254`);
    if (lock !== undefined) return { of: (index) => addressIn(block, index), release: () => lock.close() };
  }
  // All taken, or somebody listens on that port of all addresses: a job that has the same block is unlikely still.
  return { of: (index) => addressIn(blockAt(first), index), release: () => undefined };
}

// 127.0 is everybody's.
function blockAt(index: number): number {
  return 1 + (index % BLOCKS);
}

function addressIn(block: number, index: number): string {
  return `127.${block}.${Math.floor(index / HOSTS_PER_ROW)}.${1 + (index % HOSTS_PER_ROW)}`;
}

function hash(text: string): number {
  return [...text].reduce((sum, character) => (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) >>> 0, 7);
}

function listen(host: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', () => resolve(undefined));
    server.listen({ host, port: LOCK_PORT, exclusive: true }, () => resolve(server));
  });
}
