import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { OptmlError, systemErrorCode } from '../../errors/error.ts';
import { findPortOwner } from './port-owner.ts';

/** The error for a port or an address on which the endpoint cannot listen, with a way out. */
export async function listenError(cause: unknown, host: string, port: number): Promise<OptmlError> {
  const where = `${host}, port ${port}`;
  switch (systemErrorCode(cause)) {
    case 'EADDRINUSE':
      return new OptmlError('ENDPOINT_FAILED', `port ${port} is in use${ownerText(port)}`, {
        where,
        fix: `End that process, or run "optml endpoint --port ${await freePort(host, port)}".`,
        cause,
      });
    case 'EACCES':
      return new OptmlError('ENDPOINT_FAILED', `your user may not listen on port ${port}`, {
        where,
        fix: 'Pass a port of 1024 or more to --port.',
        cause,
      });
    default:
      return new OptmlError('ENDPOINT_FAILED', `cannot listen: ${cause instanceof Error ? cause.message : cause}`, {
        where,
        fix: 'Pass an address of this machine to --host.',
        cause,
      });
  }
}

function ownerText(port: number): string {
  const owner = findPortOwner(port);
  if (owner === undefined) return '';
  const { pid, command } = owner;
  return ` by process ${pid} (${command.length > 100 ? `${command.slice(0, 100)}…` : command})`;
}

/** The first free port after `port`; any free one if the next hundred are in use. */
async function freePort(host: string, port: number): Promise<number> {
  for (let candidate = port + 1; candidate <= Math.min(port + 100, 65_535); candidate++) {
    if ((await tryPort(host, candidate)) !== undefined) return candidate;
  }
  return (await tryPort(host, 0)) ?? 0;
}

async function tryPort(host: string, port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}
