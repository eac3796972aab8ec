import { spawn } from 'node:child_process';
import type { Server } from 'node:net';
import { endpointAt, type LoopbackEndpoint, loopbackEndpoints } from '../../endpoints/loopback-endpoints.ts';
import { relayFrom, type TcpRelay } from '../../endpoints/tcp-relay.ts';
import type { JobNetwork } from './job-network.ts';

/** Lets hosts with a network of their own reach servers on this machine's loopback, such as a local server of S3. */
export interface HostEndpoints {
  /** The variables, with the endpoints on the loopback replaced by ones that reach the same servers from a host. */
  reachable(environment: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

// Runs in the job's network, and gives its socket away: connections are accepted and passed on in this process.
const LISTEN = `
const [address, port] = process.argv.slice(1);
const server = require('node:net').createServer();
const end = (message) => process.send(message, server.listening ? server : undefined, () => process.exit());
server.on('error', (error) => end(error.code));
server.listen({ host: address, port: Number(port) }, () => end('listening'));
`;

/** Endpoints on the bridge of a job's network. A server that they lead to is reached through this process alone. */
export function hostEndpoints(network: JobNetwork, warn: (message: string) => void): HostEndpoints {
  const { gateway } = network.subnet;
  const relays = new Map<number, Promise<TcpRelay | string>>();
  let isClosed = false;
  const open = async (endpoint: LoopbackEndpoint): Promise<boolean> => {
    if (isClosed) return false;
    const known = relays.get(endpoint.port);
    const opening = known ?? openRelay(network, endpoint);
    relays.set(endpoint.port, opening);
    const relay = await opening;
    if (typeof relay === 'string' && known === undefined) {
      warn(`${endpoint.variable} names a server on this machine's loopback that the hosts cannot reach: ${relay}`);
    }
    return typeof relay !== 'string';
  };
  return {
    async reachable(environment) {
      const moved: Record<string, string> = {};
      for (const endpoint of loopbackEndpoints(environment)) {
        if (await open(endpoint)) moved[endpoint.variable] = endpointAt(endpoint, gateway);
      }
      return { ...environment, ...moved };
    },
    async close() {
      isClosed = true;
      for (const relay of await Promise.all(relays.values())) if (typeof relay !== 'string') await relay.close();
    },
  };
}

async function openRelay(network: JobNetwork, endpoint: LoopbackEndpoint): Promise<TcpRelay | string> {
  const server = await listenIn(network, endpoint.port);
  return typeof server === 'string' ? server : relayFrom(server, endpoint);
}

function listenIn({ enteringCommand, subnet }: JobNetwork, port: number): Promise<Server | string> {
  const [file = '', ...args] = enteringCommand;
  const words = [process.execPath, '-e', LISTEN, subnet.gateway, String(port)];
  const child = spawn(file, [...args, ...words], { env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // Not at its exit: the message with the server may arrive after that, and nothing would close the server.
    child.once('disconnect', () => resolve('the program that listens ended early'));
    child.once('message', (message, server) => resolve(server === undefined ? String(message) : (server as Server)));
  });
}
