import { connect, createServer, type Server, type Socket } from 'node:net';
import { systemErrorCode } from '../../errors/error.ts';

/** A relay that runs. */
export interface TcpRelay {
  close(): Promise<void>;
}

/** A server on this machine. */
export interface RelayTarget {
  readonly address: string;
  readonly port: number;
}

/**
 * Listens on one address of this machine and passes every connection on to a server on its loopback. Resolves with the
 * code of the system error (`EADDRINUSE` …) where it cannot listen there.
 */
export async function startTcpRelay(
  listen: { readonly address: string; readonly port: number },
  target: RelayTarget,
): Promise<TcpRelay | string> {
  const server = createServer();
  const problem = await listening(server, listen);
  return problem ?? relayFrom(server, target);
}

/** Passes every connection of a server that listens on to another one. */
export function relayFrom(server: Server, target: RelayTarget): TcpRelay {
  const sockets = new Set<Socket>();
  // A server that another process has opened cannot be created with it.
  Object.assign(server, { allowHalfOpen: true });
  server.on('connection', (client: Socket) => {
    const upstream = connect({ host: target.address, port: target.port, allowHalfOpen: true });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      // What breaks on one side ends the other; neither is our error.
      socket.once('error', () => other.destroy());
      socket.pipe(other);
    }
  });
  server.on('error', () => undefined);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listening(server: Server, { address, port }: { readonly address: string; readonly port: number }) {
  return new Promise<string | undefined>((resolve) => {
    server.once('error', (error) => resolve(systemErrorCode(error) ?? error.message));
    server.listen({ host: address, port }, () => resolve(undefined));
  });
}
