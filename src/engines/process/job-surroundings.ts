import { RESOURCE_DEFAULTS } from '../../contract/hosts.ts';
import type { ContainerJob, EngineContext } from '../engine.ts';
import { hostNameIn } from './host-variables.ts';
import { type NamedHost, type Replacement, writeNameFiles } from './hosts-files.ts';
import { findTools } from './namespace-tools.ts';
import { type NamespaceOptions, type Namespaces, namespaceTools } from './namespaces.ts';
import { takeHostAddresses } from './network/host-addresses.ts';
import { type Connector, findConnector } from './network/internet.ts';
import { type JobNetwork, makeJobNetwork } from './network/job-network.ts';
import { machineAddress } from './network/machine-address.ts';
import { NAME_SERVER } from './network/name-servers.ts';
import { chooseSubnet } from './network/subnet.ts';

/** What the hosts of one job have around them. */
export interface JobSurroundings {
  /** Why there are none where the machine lacks them; then the hosts have nothing of their own. */
  readonly namespaces: Namespaces | string;
  /** The job's own network; undefined where the hosts share the machine's. */
  readonly network: JobNetwork | undefined;
  /** What connects the hosts on it with this machine's networks, or why nothing does; undefined for an isolated job. */
  readonly connector: Connector | string | undefined;
  /** Why there is no network for a job that should have one. */
  readonly networkLack: string | undefined;
  /** The interface by which the hosts reach one another. */
  readonly networkInterface: string;
  /**
   * Writes the files by which the names of the hosts resolve, into the folder `dir` of one host; those that are there get
   * their content. @throws System errors.
   */
  readonly replacements: (dir: string) => readonly Replacement[];
  readonly release: () => void;
}

const LOOPBACK = 'lo';

/** Prepares them. Waits only for the network of a job of several hosts, or of an isolated one (contract C7). */
export async function makeSurroundings(
  job: ContainerJob,
  variables: Readonly<NodeJS.ProcessEnv>,
  { watchdog, ...options }: NamespaceOptions & Pick<EngineContext, 'watchdog'>,
): Promise<JobSurroundings> {
  const tools = findTools(variables);
  const namespaces = namespaceTools(tools, options);
  if (typeof namespaces === 'string') {
    const networkLack = needsNetwork(job) ? namespaces : undefined;
    const nothing = { replacements: () => [], release: () => undefined };
    return {
      namespaces,
      network: undefined,
      connector: undefined,
      networkLack,
      networkInterface: LOOPBACK,
      ...nothing,
    };
  }
  const subnet = chooseSubnet(job.name);
  const made = needsNetwork(job) ? await makeJobNetwork({ namespaces, ip: tools.ip, subnet, watchdog }) : undefined;
  const network = typeof made === 'string' ? undefined : made;
  const networkLack = typeof made === 'string' ? made : undefined;
  const hasOutside = network !== undefined && !job.isIsolated;
  const connector = hasOutside ? findConnector(tools, { namespaces }) : undefined;
  const isConnected = connector !== undefined && typeof connector !== 'string';
  const addresses = addressesIn(job, network);
  return {
    namespaces,
    network,
    connector,
    networkLack,
    networkInterface: addresses.networkInterface,
    replacements: (dir) => writeNameFiles(addresses.hosts(), dir, isConnected ? NAME_SERVER : undefined),
    release: () => {
      addresses.release();
      network?.close();
    },
  };
}

function needsNetwork({ hosts, isIsolated }: ContainerJob): boolean {
  return hosts.length > 1 || isIsolated;
}

interface Addresses {
  readonly networkInterface: string;
  readonly hosts: () => readonly NamedHost[];
  readonly release: () => void;
}

function addressesIn(job: ContainerJob, network: JobNetwork | undefined): Addresses {
  const named = (of: (index: number) => string) =>
    job.hosts.map((host, index) => ({ names: namesOf(job, host), address: of(index) }));
  const release = () => undefined;
  if (network !== undefined) {
    return { networkInterface: RESOURCE_DEFAULTS.networkInterface, hosts: () => named(network.subnet.of), release };
  }
  const machine = job.hosts.length === 1 ? machineAddress() : undefined;
  if (machine !== undefined) {
    const { address, interfaceName } = machine;
    return { networkInterface: interfaceName, hosts: () => named(() => address), release };
  }
  const loopback = takeHostAddresses(job.name);
  return { networkInterface: LOOPBACK, hosts: () => named(loopback.of), release: loopback.release };
}

// With and without the domain, as the platform's hosts file has them.
function namesOf(job: ContainerJob, host: string): readonly string[] {
  const name = hostNameIn(job, host);
  return [host, name, name.split('.')[0] ?? name];
}
