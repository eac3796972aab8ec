import { networkInterfaces } from 'node:os';
import { readTextIfAny } from '../../../job-tree/input/read-text.ts';

/** An address by which this machine itself reaches its own servers, and others may. */
export interface MachineAddress {
  readonly address: string;
  readonly interfaceName: string;
}

/**
 * The machine's address on the way to all other networks, else any that is not a loopback address. Open MPI takes a host
 * with a loopback address for another machine. Undefined where there is none.
 */
export function machineAddress(
  routes = readTextIfAny('/proc/net/route') ?? '',
  interfaces = networkInterfaces(),
): MachineAddress | undefined {
  const found = Object.entries(interfaces).flatMap(([interfaceName, list]) =>
    (list ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => ({ address, interfaceName })),
  );
  const byDefault = /^(\S+)\t00000000\t/m.exec(routes)?.[1];
  return found.find(({ interfaceName }) => interfaceName === byDefault) ?? found[0];
}
