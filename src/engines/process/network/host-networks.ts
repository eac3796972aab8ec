import { join } from 'node:path';
import type { ContainerJob, EngineContext } from '../../engine.ts';
import type { JobSurroundings } from '../job-surroundings.ts';
import { hostEndpoints } from './host-endpoints.ts';
import { type ConnectedHost, connectHost } from './internet.ts';

type Environment = Readonly<Record<string, string>>;

/** What the hosts of a job have of the network. For a job that has none of its own, nothing is done. */
export interface HostNetworks {
  /** The variables of a host, with endpoints that it can reach. */
  reachable(environment: Environment): Promise<Environment>;
  /** Connects the host that has the process `pid`; `dir` is a folder of its own. Returns why it cannot have its network. */
  connect(host: string, process: { readonly pid: number; readonly dir: string }): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Connects the hosts of a job with one another and, unless it is isolated, with everything that this machine reaches. */
export function hostNetworks(
  job: Pick<ContainerJob, 'hosts' | 'isIsolated'>,
  { network, connector }: Pick<JobSurroundings, 'network' | 'connector'>,
  { warn, watchdog }: Pick<EngineContext, 'warn' | 'watchdog'>,
): HostNetworks {
  if (network === undefined) {
    return { reachable: async (given) => given, connect: async () => undefined, close: async () => undefined };
  }
  const endpoints = job.isIsolated ? undefined : hostEndpoints(network, warn);
  const connected: ConnectedHost[] = [];
  let isWarned = false;

  // Without it the hosts reach one another, and servers of this machine that variables name.
  const connectOutside = async (host: string, pid: number, file: string) => {
    if (connector === undefined) return;
    const unconnected = { pid, holder: network.holder, file };
    const onLost = (why: string) => warn(`${host} reaches the other hosts, but no other network any more (${why})`);
    const made =
      typeof connector === 'string' ? connector : await connectHost(connector, { host: unconnected, watchdog, onLost });
    if (typeof made !== 'string') {
      connected.push(made);
    } else if (!isWarned) {
      isWarned = true;
      warn(`The hosts reach one another, but no other network (${made})`);
    }
  };

  return {
    reachable: async (environment) => endpoints?.reachable(environment) ?? environment,
    async connect(host, { pid, dir }) {
      const problem = await network.connect(pid, job.hosts.indexOf(host));
      if (problem === undefined) await connectOutside(host, pid, join(dir, 'network'));
      return problem;
    },
    async close() {
      for (const host of connected) host.close();
      await endpoints?.close();
    },
  };
}
