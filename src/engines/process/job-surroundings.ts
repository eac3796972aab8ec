import type { ContainerJob } from '../engine.ts';
import { type HostAddresses, takeHostAddresses } from './host-addresses.ts';
import { type Replacement, writeNameFiles } from './hosts-files.ts';
import { makeIsolatedNetwork } from './isolated-network.ts';
import { findTools } from './namespace-tools.ts';
import { type Namespaces, namespaceTools } from './namespaces.ts';

/** What the hosts of one job are to have around them. */
export interface JobSurroundings {
  /** Undefined where the machine lacks the tools; then the hosts have nothing of their own. */
  readonly namespaces: Namespaces | undefined;
  /** Words that enter the network of an isolated job, none for others; undefined where none can be made. */
  readonly network: Promise<readonly string[] | undefined>;
  /**
   * Files in the folder `dir` by which the names of the hosts resolve. Written when they are first asked for: those that
   * are there get their content. @throws System errors.
   */
  readonly replacements: (dir: string) => readonly Replacement[];
  readonly release: () => Promise<void>;
}

/** Begins to prepare them. */
export function makeSurroundings(job: ContainerJob, variables: Readonly<NodeJS.ProcessEnv>): JobSurroundings {
  const tools = findTools(variables);
  const namespaces = namespaceTools(tools);
  if (namespaces === undefined) {
    const network = Promise.resolve(job.isIsolated ? undefined : []);
    return { namespaces, network, replacements: () => [], release: async () => undefined };
  }
  const network = job.isIsolated ? makeIsolatedNetwork(namespaces, tools) : undefined;
  let addresses: HostAddresses | undefined;
  const made = new Map<string, readonly Replacement[]>();
  const namedHosts = () => {
    addresses ??= takeHostAddresses(job.name);
    const { of } = addresses;
    return job.hosts.map((name, index) => ({ name, address: of(index) }));
  };
  return {
    namespaces,
    network: network === undefined ? Promise.resolve([]) : network.then((made) => made?.enteringCommand),
    replacements: (dir) => {
      const files = made.get(dir) ?? writeNameFiles(namedHosts(), dir);
      made.set(dir, files);
      return files;
    },
    release: async () => {
      addresses?.release();
      (await network)?.close();
    },
  };
}
