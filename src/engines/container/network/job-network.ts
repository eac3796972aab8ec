import { isIPv4 } from 'node:net';
import { OptmlError } from '../../../errors/error.ts';
import { isObject } from '../../../json/read-value.ts';
import type { EngineContext } from '../../engine.ts';
import { networkCreateArguments } from '../container-arguments.ts';
import { engineFailed } from '../container-errors.ts';
import { type ContainerEngineName, DIALECTS } from '../dialects.ts';
import { type CliOptions, type EngineCli, runCli } from '../engine-cli.ts';
import { inspectOne } from '../inspect.ts';

/** The network of one job. */
export interface JobNetwork {
  readonly name: string;
  /** Address of each host, where we choose them; else empty. */
  readonly addresses: ReadonlyMap<string, string>;
}

// The first addresses of a network are its gateway's and other services'.
const FIRST_HOST = 10;

/**
 * Makes the network on which the hosts of a job find one another by name (contract C7, C12).
 *
 * @throws OptmlError ENGINE_FAILED; SETTING_INVALID for more hosts than the network has addresses.
 */
export async function createJobNetwork(
  cli: EngineCli,
  engine: ContainerEngineName,
  spec: {
    readonly name: string;
    readonly hosts: readonly string[];
    readonly isIsolated: boolean;
    readonly labels: readonly string[];
    readonly context: Pick<EngineContext, 'watchdog' | 'signal'>;
  },
): Promise<JobNetwork> {
  const { name } = spec;
  const { watchdog, signal } = spec.context;
  watchdog.watchCommand([...cli.command, 'network', 'rm', name]);
  const { code, stderr } = await runCli(cli, networkCreateArguments(engine, name, spec), { signal });
  if (code !== 0) throw engineFailed(cli, "make the job's network", stderr);
  if (DIALECTS[engine].names !== 'addresses') return { name, addresses: new Map() };
  const { subnet, problem = '' } = await inspectNetwork(cli, name, { signal });
  if (subnet === undefined) throw engineFailed(cli, "tell the addresses of the job's network", problem);
  return { name, addresses: hostAddresses(subnet, spec.hosts) };
}

/** IPv4 subnet (`10.89.0.0/24`) and gateway of a network, as far as the engine tells, or why it does not. */
export async function inspectNetwork(
  cli: EngineCli,
  name: string,
  options: CliOptions = {},
): Promise<{ readonly subnet?: string; readonly gateway?: string; readonly problem?: string }> {
  const { found, ...absent } = await inspectOne(cli, ['network', 'inspect', name], options);
  if (found === undefined)
    return 'problem' in absent && absent.problem !== undefined ? { problem: absent.problem } : {};
  // Podman writes it flat and in lower case, the others in Docker's way.
  const ipam = found['IPAM'];
  const lists = [isObject(ipam) ? ipam['Config'] : undefined, found['subnets']].filter(Array.isArray);
  const entries = (lists[0] ?? []).filter(isObject);
  const texts = entries.map((entry) => ({
    subnet: entry['Subnet'] ?? entry['subnet'],
    gateway: entry['Gateway'] ?? entry['gateway'],
  }));
  const entry = texts.find(({ subnet }) => isSubnet(subnet));
  const { subnet, gateway } = entry ?? {};
  return {
    ...(isSubnet(subnet) && { subnet }),
    ...(typeof gateway === 'string' && isIPv4(gateway) && { gateway }),
  };
}

function isSubnet(value: unknown): value is string {
  const [base = '', prefix = '', ...others] = typeof value === 'string' ? value.split('/') : [];
  return isIPv4(base) && /^\d{1,2}$/.test(prefix) && Number(prefix) <= 32 && others.length === 0;
}

/**
 * Gives every host an address of an IPv4 subnet.
 *
 * @throws OptmlError SETTING_INVALID if the subnet has fewer addresses than the job has hosts.
 */
export function hostAddresses(subnet: string, hosts: readonly string[]): ReadonlyMap<string, string> {
  const [base = '', prefix = '24'] = subnet.split('/');
  // The last address of a subnet reaches all of its hosts.
  const most = Math.max(0, 2 ** (32 - Number(prefix)) - 1 - FIRST_HOST);
  if (hosts.length > most) {
    const message = `the job has ${hosts.length} hosts, and its network ${subnet} has addresses for ${most}`;
    throw new OptmlError('SETTING_INVALID', message, {
      where: 'ResourceConfig.InstanceCount',
      fix: 'Use fewer hosts, or let the engine make larger networks: default_subnet_pools in containers.conf.',
    });
  }
  const number = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return new Map(hosts.map((host, index) => [host, dotted(number + FIRST_HOST + index)]));
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join('.');
}
