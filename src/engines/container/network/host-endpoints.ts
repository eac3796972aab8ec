import { sleep } from '../../../concurrency/clock.ts';
import { endpointAt, type LoopbackEndpoint, loopbackEndpoints } from '../../endpoints/loopback-endpoints.ts';
import { startTcpRelay, type TcpRelay } from '../../endpoints/tcp-relay.ts';
import type { EngineContext } from '../../engine.ts';
import type { EngineCli } from '../engine-cli.ts';
import { inspectNetwork } from './job-network.ts';

/** A host's variables as its container can use them. */
export interface ReachableEnvironment {
  readonly environment: Readonly<Record<string, string>>;
  /** Names to be added to the container's hosts file. */
  readonly names: readonly string[];
}

/** Lets containers reach servers on this machine's loopback, such as a local stand-in for S3, while a job runs. */
export interface HostEndpoints {
  /** Replaces endpoints on the loopback by ones that reach the same servers from a container. */
  reachable(environment: Readonly<Record<string, string>>): Promise<ReachableEnvironment>;
  close(): Promise<void>;
}

// What Docker Desktop and others call the machine on which the engine runs.
const HOST_NAME = 'host.docker.internal';
const HOST_ENTRY = `${HOST_NAME}:host-gateway`;
const RETRY_MS = 20;
const RETRIES = 500;

/**
 * Endpoints for the containers on one network. A server that listens on the loopback only is reached through a relay on the
 * network's own address of this machine, and on no other; one that listens everywhere is reached there directly. Where the
 * engine runs elsewhere (a virtual machine, a namespace of its own), by the name that the engine gives to this machine.
 */
export function hostEndpoints(
  cli: EngineCli,
  network: string,
  { context, uid }: { readonly context: Pick<EngineContext, 'warn'>; readonly uid: number },
): HostEndpoints {
  const relays: TcpRelay[] = [];
  const ports = new Map<number, Promise<boolean>>();
  const pending: Promise<void>[] = [];
  let gateway: Promise<string | undefined> | undefined;
  let isClosed = false;

  // Podman makes the network's bridge with its first container: its address is not there before.
  const isBridgeLate = cli.name === 'podman' && uid === 0;

  const listen = async (endpoint: LoopbackEndpoint, address: string): Promise<TcpRelay | string> => {
    const { port } = endpoint;
    for (let retry = 0; ; retry += 1) {
      const relay = await startTcpRelay({ address, port }, endpoint);
      if (relay !== 'EADDRNOTAVAIL' || !isBridgeLate || isClosed || retry === RETRIES) return relay;
      await sleep(RETRY_MS);
    }
  };

  // Whether the server can be reached at `address`, by a relay or without.
  const open = async (endpoint: LoopbackEndpoint, address: string): Promise<boolean> => {
    const listening = listen(endpoint, address).then((relay) => {
      if (typeof relay !== 'string') relays.push(relay);
      return typeof relay !== 'string' || relay === 'EADDRINUSE';
    });
    if (!isBridgeLate) return listening;
    pending.push(
      listening.then((isOpen) => {
        if (!isOpen && !isClosed) context.warn(unreachable(endpoint));
      }),
    );
    return true;
  };

  const hostOf = async (endpoint: LoopbackEndpoint): Promise<string> => {
    gateway ??= inspectNetwork(cli, network).then((found) => found.gateway);
    const address = await gateway;
    if (address !== undefined) {
      const isOpen = ports.get(endpoint.port) ?? open(endpoint, address);
      ports.set(endpoint.port, isOpen);
      if (await isOpen) return address;
    }
    if (cli.name === 'podman') context.warn(unreachable(endpoint));
    return HOST_NAME;
  };

  return {
    async reachable(environment) {
      const moved: Record<string, string> = {};
      for (const endpoint of loopbackEndpoints(environment)) {
        moved[endpoint.variable] = endpointAt(endpoint, await hostOf(endpoint));
      }
      const isNamed = Object.values(moved).some((value) => new URL(value).hostname === HOST_NAME);
      return { environment: { ...environment, ...moved }, names: isNamed ? [HOST_ENTRY] : [] };
    },
    async close() {
      isClosed = true;
      await Promise.all([...ports.values(), ...pending]);
      await Promise.all(relays.map((relay) => relay.close()));
    },
  };
}

function unreachable({ variable, port }: LoopbackEndpoint): string {
  return (
    `${variable} names a server on this machine's loopback, which containers may not reach: ` +
    `have it listen on all addresses (0.0.0.0), port ${port}`
  );
}
