import type { Log } from '../../log/log.ts';
import type { StopSource } from '../../process/stop-control.ts';
import { hostsLost, reachFix } from './hosts-lost.ts';
import { openHub } from './hub.ts';
import { joinHub } from './join-hub.ts';
import {
  type FinishMessage,
  finishOf,
  type Message,
  type Protocol,
  readRefusal,
  readStop,
  type StopMessage,
} from './messages.ts';
import { addressOf } from './own-address.ts';

/** What the hosts of a job need to find one another. */
export interface ClusterOptions<FromHost extends Message, ToHost extends Message> {
  /** In the order of the distribution. */
  readonly hosts: readonly string[];
  readonly currentHost: string;
  readonly masterHost: string;
  readonly controlPort: number;
  readonly job: string;
  /** Known to the hosts of the job only; undefined where whatever starts them cannot share one. */
  readonly secret: string | undefined;
  readonly waitSeconds: number;
  /** What the coordinator has to know of this host. */
  readonly about: unknown;
  readonly protocol: Protocol<FromHost, ToHost>;
  readonly stop: StopSource;
  readonly log: Log;
}

/** Decides for all hosts; it is on the first. Its calls are made one after the other. */
export interface Coordinator<ToCoordinator extends Message> {
  readonly onMessage: (host: string, message: ToCoordinator) => void;
  readonly onLost: (host: string, why: string) => void;
}

/** What a coordinator sends to hosts. */
export type FromCoordinator<ToHost extends Message> = ToHost | StopMessage | FinishMessage;

/** Makes the coordinator once all hosts are connected. `tell` sends a message to one host, the own one included. */
export type MakeCoordinator<ToCoordinator extends Message, ToHost extends Message> = (
  about: ReadonlyMap<string, unknown>,
  tell: (host: string, message: FromCoordinator<ToHost>) => void,
) => Coordinator<ToCoordinator>;

/** This host's place in the cluster. */
export interface Cluster<ToCoordinator extends Message> {
  /** Sends to the coordinator. */
  readonly send: (message: ToCoordinator) => void;
  readonly close: () => Promise<void>;
}

/** Receives what concerns this host. */
export interface MemberEvents<ToHost extends Message> {
  readonly onMessage: (message: FromCoordinator<ToHost>) => void;
  /** The first host is gone, has refused, or sends what a first host does not. */
  readonly onLost: (error: Error) => void;
}

/**
 * Connects the hosts: the first waits for all others, the others for it. A single host needs no network. `ToCoordinator`
 * has the messages of other hosts, and those that only the first host sends to its own coordinator.
 *
 * @throws OptmlError HOSTS_LOST, START_FAILED or STOPPED.
 */
export async function openCluster<
  ToCoordinator extends Message,
  FromHost extends ToCoordinator,
  ToHost extends Message,
>(
  options: ClusterOptions<FromHost, ToHost>,
  makeCoordinator: MakeCoordinator<ToCoordinator, ToHost>,
  events: MemberEvents<ToHost>,
): Promise<Cluster<ToCoordinator>> {
  return options.currentHost === options.masterHost ? lead(options, makeCoordinator, events) : follow(options, events);
}

async function lead<ToCoordinator extends Message, FromHost extends ToCoordinator, ToHost extends Message>(
  options: ClusterOptions<FromHost, ToHost>,
  makeCoordinator: MakeCoordinator<ToCoordinator, ToHost>,
  events: MemberEvents<ToHost>,
): Promise<Cluster<ToCoordinator>> {
  const { currentHost, hosts, about } = options;
  let coordinator: Coordinator<ToCoordinator> | undefined;
  // A host that is connected already may send something before the last has come.
  const early: Array<(to: Coordinator<ToCoordinator>) => void> = [];
  const deliver = (call: (to: Coordinator<ToCoordinator>) => void) => {
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
  // The own host gets its messages in turn, as the others do.
  const tell = (host: string, message: FromCoordinator<ToHost>) => {
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

async function follow<ToCoordinator extends Message, ToHost extends Message>(
  options: ClusterOptions<never, ToHost> | ClusterOptions<Message, ToHost>,
  events: MemberEvents<ToHost>,
): Promise<Cluster<ToCoordinator>> {
  const { masterHost, controlPort, hosts, protocol } = options;
  const readFinish = finishOf(hosts);
  const lose = (why: string) =>
    events.onLost(hostsLost(`the first host, ${masterHost}, is lost: ${why}`, `Look at the log of ${masterHost}.`));
  return joinHub(options, {
    onMessage: (value) => {
      const message = readStop(value) ?? readFinish(value) ?? protocol.readToHost(value);
      const refusal = readRefusal(value);
      if (message !== undefined) events.onMessage(message);
      else if (refusal === undefined) return 'it sent a message that this job does not have';
      else events.onLost(hostsLost(`the first host, ${masterHost}, gave up: ${refusal.why}`, reachFix(controlPort)));
      return undefined;
    },
    onLost: lose,
  });
}
