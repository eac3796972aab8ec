import type { Log } from '../../log/log.ts';
import type { StopSource } from '../../process/stop-control.ts';
import { hostsLost, reachFix } from './hosts-lost.ts';
import { openHub } from './hub.ts';
import { addressOf, joinHub } from './join-hub.ts';
import type { Message } from './line-connection.ts';

/** What the hosts of a job need to find one another. */
export interface ClusterOptions {
  /** In the order of the distribution. */
  readonly hosts: readonly string[];
  readonly currentHost: string;
  readonly masterHost: string;
  readonly controlPort: number;
  readonly job: string;
  readonly waitSeconds: number;
  /** What the coordinator has to know of this host. */
  readonly about: unknown;
  readonly stop: StopSource;
  readonly log: Log;
}

/** Decides for all hosts; lives on the first. Its calls are made one after the other. */
export interface Coordinator {
  readonly onMessage: (host: string, message: Message) => void;
  readonly onLost: (host: string, why: string) => void;
}

/** Makes the coordinator once all hosts are there. `tell` sends a message to one host, the own one included. */
export type MakeCoordinator = (
  about: ReadonlyMap<string, unknown>,
  tell: (host: string, message: Message) => void,
) => Coordinator;

/** This host's place in the cluster. */
export interface Cluster {
  /** To the coordinator. */
  readonly send: (message: Message) => void;
  readonly close: () => Promise<void>;
}

/** What this host is told. */
export interface MemberEvents {
  readonly onMessage: (message: Message) => void;
  /** The first host is gone, or has refused. */
  readonly onLost: (error: Error) => void;
}

/**
 * Brings the hosts together: the first waits for all others, the others for it. A single host needs no network.
 *
 * @throws OptmlError HOSTS_LOST, START_FAILED or STOPPED.
 */
export async function openCluster(
  options: ClusterOptions,
  makeCoordinator: MakeCoordinator,
  events: MemberEvents,
): Promise<Cluster> {
  return options.currentHost === options.masterHost ? lead(options, makeCoordinator, events) : follow(options, events);
}

async function lead(options: ClusterOptions, makeCoordinator: MakeCoordinator, events: MemberEvents): Promise<Cluster> {
  const { currentHost, hosts, about } = options;
  let coordinator: Coordinator | undefined;
  // A host that is there already may have something to say before the last has come.
  const early: Array<(to: Coordinator) => void> = [];
  const deliver = (call: (to: Coordinator) => void) => {
    if (coordinator === undefined) early.push(call);
    else call(coordinator);
  };
  const hub =
    hosts.length === 1
      ? undefined
      : await openHub(options, await addressOf(currentHost), {
          onMessage: (host, message) => deliver((to) => to.onMessage(host, message)),
          onLost: (host, why) => deliver((to) => to.onLost(host, why)),
        });
  const all = new Map([...(hub?.about ?? []), [currentHost, about]]);
  // The own host is told in its turn, as the others are.
  const tell = (host: string, message: Message) => {
    if (host === currentHost) setImmediate(() => events.onMessage(message));
    else hub?.send(host, message);
  };
  const leading = makeCoordinator(all, tell);
  coordinator = leading;
  for (const call of early) call(leading);
  return {
    send: (message) => leading.onMessage(currentHost, message),
    close: async () => hub?.close(),
  };
}

async function follow(options: ClusterOptions, events: MemberEvents): Promise<Cluster> {
  const { masterHost, controlPort } = options;
  const connection = await joinHub(options, {
    onMessage: (message) => {
      if (message.type !== 'refuse') events.onMessage(message);
      else
        events.onLost(
          hostsLost(`the first host, ${masterHost}, gave up: ${(message as Refusal).why}`, reachFix(controlPort)),
        );
    },
    onLost: (why) =>
      events.onLost(hostsLost(`the first host, ${masterHost}, is lost: ${why}`, `Look at the log of ${masterHost}.`)),
  });
  return connection;
}

interface Refusal extends Message {
  readonly why: string;
}
