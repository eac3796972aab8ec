import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** The processes that train together. */
export interface Ranks {
  readonly rank: number;
  readonly worldSize: number;
  /** Replaces `vector` by the mean over all ranks. Every rank has to call it, with as many numbers. */
  average(vector: Float64Array): Promise<void>;
  close(): void;
}

/** Another rank, as this one reaches it. */
interface Peer {
  readonly send: (vector: Float64Array) => void;
  readonly receive: (length: number) => Promise<Float64Array>;
  readonly close: () => void;
}

/**
 * Brings all ranks together at rank 0, by the variables that optml (`optml_launch`), torchrun and others set. One process
 * without them trains alone.
 */
export async function joinRanks(variables: NodeJS.ProcessEnv): Promise<Ranks> {
  const rank = Number(variables['RANK'] ?? 0);
  const worldSize = Number(variables['WORLD_SIZE'] ?? 1);
  const port = Number(variables['MASTER_PORT'] ?? 7777);
  const address = variables['MASTER_ADDR'] ?? '127.0.0.1';
  if (worldSize === 1) return { rank, worldSize, average: async () => undefined, close: () => undefined };
  return rank === 0 ? gather(worldSize, address, port) : follow(rank, worldSize, address, port);
}

/** Rank 0 adds up what the others send, in their order, so that every run gives the same numbers. */
async function gather(worldSize: number, address: string, port: number): Promise<Ranks> {
  const peers = new Map<number, Peer>();
  const server = createServer();
  server.listen(port, address);
  while (peers.size < worldSize - 1) {
    const [socket] = (await once(server, 'connection')) as [Socket];
    const peer = peerOf(socket);
    const [rank = 0] = await peer.receive(1);
    peers.set(rank, peer);
  }
  server.close();
  const inOrder = [...peers].sort(([a], [b]) => a - b).map(([, peer]) => peer);
  const average = async (vector: Float64Array) => {
    const others = await Promise.all(inOrder.map((peer) => peer.receive(vector.length)));
    for (let i = 0; i < vector.length; i++) {
      let sum = vector[i] ?? 0;
      for (const other of others) sum += other[i] ?? 0;
      vector[i] = sum / worldSize;
    }
    for (const peer of inOrder) peer.send(vector);
  };
  const close = () => {
    for (const peer of inOrder) peer.close();
  };
  return { rank: 0, worldSize, average, close };
}

async function follow(rank: number, worldSize: number, address: string, port: number): Promise<Ranks> {
  const peer = peerOf(await reach(address, port));
  peer.send(Float64Array.of(rank));
  const average = async (vector: Float64Array) => {
    peer.send(vector);
    vector.set(await peer.receive(vector.length));
  };
  return { rank, worldSize, average, close: () => peer.close() };
}

/** Rank 0 may take a moment to listen. */
async function reach(address: string, port: number): Promise<Socket> {
  for (;;) {
    const socket = connect(port, address);
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function peerOf(socket: Socket): Peer {
  socket.setNoDelay(true);
  const chunks = socket[Symbol.asyncIterator]();
  let rest = Buffer.alloc(0);
  return {
    send: (vector) => void socket.write(new Uint8Array(vector.slice().buffer)),
    receive: async (length) => {
      const bytes = length * Float64Array.BYTES_PER_ELEMENT;
      const parts = [rest];
      for (let size = rest.length; size < bytes; ) {
        const { value, done } = (await chunks.next()) as IteratorResult<Buffer>;
        if (done === true) throw new Error('another rank has ended');
        parts.push(value);
        size += value.length;
      }
      const all = Buffer.concat(parts);
      rest = all.subarray(bytes);
      // A copy, since numbers have to lie at a multiple of their size.
      return new Float64Array(Uint8Array.from(all.subarray(0, bytes)).buffer);
    },
    close: () => socket.end(),
  };
}
