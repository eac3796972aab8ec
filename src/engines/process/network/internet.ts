import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { monotonicMs, sleep } from '../../../concurrency/clock.ts';
import { readTextIfAny } from '../../../job-tree/input/read-text.ts';
import { signalGroup } from '../../../process/family.ts';
import type { Watchdog } from '../../engine.ts';
import type { Tools } from '../namespace-tools.ts';
import type { JobNetwork } from './job-network.ts';
import { hasLoopbackNameServer, NAME_SERVER, RESOLV_CONF } from './name-servers.ts';

/** A program that connects hosts with the networks of this machine, with the rights of the user. */
export interface Connector {
  /** The command that does so for a host, whose process and the holder of whose network are given. */
  readonly commandFor: (pid: number, holder: number) => readonly [file: string, ...args: string[]];
}

/** The interface of a host through which it reaches everything but the other hosts. */
export const OUTSIDE_INTERFACE = 'outside';

const TUN = '/dev/net/tun';
const START_MS = 3000;
const POLL_MS = 5;

/**
 * The program that connects the hosts of a job, or why there is none. Root gets slirp4netns first: some versions of pasta
 * do not run as root.
 */
export function findConnector(
  { pasta, slirp4netns }: Pick<Tools, 'pasta' | 'slirp4netns'>,
  {
    isRootless,
    tun = TUN,
    resolvConf = RESOLV_CONF,
  }: { readonly isRootless: boolean; readonly tun?: string; readonly resolvConf?: string },
): Connector | string {
  const problem = problemOf(tun);
  if (problem !== undefined) return problem;
  const user = (holder: number) => `/proc/${holder}/ns/user`;
  const bySlirp = slirp4netns && {
    commandFor: (pid: number, holder: number) =>
      [
        slirp4netns,
        ...['--configure', '--mtu=65520', '--disable-host-loopback'],
        ...(isRootless ? [`--userns-path=${user(holder)}`] : []),
        ...['--netns-type=path', `/proc/${pid}/ns/net`, OUTSIDE_INTERFACE],
      ] as const,
  };
  // With it, some versions of pasta answer from this address also when a host asks the machine's own name server.
  const dnsForward = hasLoopbackNameServer(readTextIfAny(resolvConf) ?? '') ? ['--dns-forward', NAME_SERVER] : [];
  const byPasta = pasta && {
    commandFor: (pid: number, holder: number) =>
      [
        pasta,
        ...['--foreground', '--quiet', '--config-net', '--no-map-gw', ...dnsForward],
        ...['-t', 'none', '-u', 'none', '-T', 'none', '-U', 'none', '-I', OUTSIDE_INTERFACE],
        ...(isRootless ? ['--userns', user(holder)] : ['--runas', '0:0', '--netns-only']),
        ...['--netns', `/proc/${pid}/ns/net`],
      ] as const,
  };
  const found = isRootless ? byPasta || bySlirp : bySlirp || byPasta;
  return found || 'neither pasta nor slirp4netns is installed';
}

function problemOf(tun: string): string | undefined {
  try {
    accessSync(tun, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code !== 'ENOENT';
    return isThere ? `${tun} is closed to this user` : `this machine has no ${tun}`;
  }
}

/**
 * Connects a host. The program ends with the host's network, at the latest with this process. Returns why it could not.
 */
export async function connectHost(
  connector: Connector,
  { network, pid, watchdog }: { readonly network: JobNetwork; readonly pid: number; readonly watchdog: Watchdog },
): Promise<ConnectedHost | string> {
  const [file, ...args] = connector.commandFor(pid, network.holder);
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  if (child.pid !== undefined) watchdog.watchGroup(child.pid);
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text = `${text}${chunk}`.slice(-1000);
  });
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = error.message;
  });
  child.once('exit', () => {
    failure ??= text.trim().split('\n').at(-1) || `${file} ended`;
  });
  for (const end = monotonicMs() + START_MS; !hasRoute(pid); await sleep(POLL_MS)) {
    if (failure !== undefined) return failure;
    if (monotonicMs() < end) continue;
    kill(child);
    return `${file} did not connect within ${START_MS / 1000} s`;
  }
  child.unref();
  (child.stderr as unknown as { unref?: () => void }).unref?.();
  return { close: () => kill(child) };
}

/** A host that is connected. */
export interface ConnectedHost {
  readonly close: () => void;
}

// The route to all other networks is made last.
function hasRoute(pid: number): boolean {
  const routes = readTextIfAny(`/proc/${pid}/net/route`) ?? '';
  return new RegExp(`^${OUTSIDE_INTERFACE}\\t00000000\\t`, 'm').test(routes);
}

function kill({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) signalGroup(pid, 'SIGKILL');
}
