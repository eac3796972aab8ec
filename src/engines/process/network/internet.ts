import type { ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { monotonicMs, sleep } from '../../../concurrency/clock.ts';
import { readTextIfAny } from '../../../job-tree/input/read-text.ts';
import { signalGroup } from '../../../process/family.ts';
import { readStat } from '../../../process/list-processes.ts';
import type { Watchdog } from '../../engine.ts';
import type { Tools } from '../namespace-tools.ts';
import type { Namespaces } from '../namespaces.ts';
import { startWatched } from '../start-watched.ts';
import { describeEnd } from './describe-end.ts';
import { hasLoopbackNameServer, NAME_SERVER, RESOLV_CONF } from './name-servers.ts';

/** Programs that connect hosts with the networks of this machine, with the rights of the user. */
export interface Connector {
  /** The commands that do so for a host: the second one if the first fails. */
  readonly commandsFor: (host: UnconnectedHost) => readonly NamedCommand[];
}

type Command = readonly [file: string, ...args: string[]];

interface NamedCommand {
  /** Of the program, for messages. */
  readonly name: string;
  readonly command: Command;
}

/** A host before it is connected. */
export interface UnconnectedHost {
  /** A process in the host's network. */
  readonly pid: number;
  /** The process that holds the network of the job. */
  readonly holder: number;
  /** A path in a new folder, of this host alone, for a file. */
  readonly file: string;
}

/** The interface of a host through which it reaches everything but the other hosts. */
export const OUTSIDE_INTERFACE = 'outside';

const TUN = '/dev/net/tun';
const START_MS = 3000;
const POLL_MS = 5;

// Some versions of pasta (2023, Debian 12) give up CAP_SYS_PTRACE before they open the host's network below /proc, which
// they then may not: root's processes have more capabilities. They may open a file on which it is mounted, and no other
// process sees the mount. As soon as the file is removed, pasta ends.
const MOUNTED = ': >"$3" && "$1" -n --bind "$2" "$3" && shift 3 && exec "$@"';

/** The programs that connect the hosts of a job, or why there are none. Security modules of some systems refuse one of them. */
export function findConnector(
  { pasta, slirp4netns }: Pick<Tools, 'pasta' | 'slirp4netns'>,
  {
    namespaces: { isRootless, unshare, mount },
    tun = TUN,
    resolvConf = RESOLV_CONF,
  }: {
    readonly namespaces: Pick<Namespaces, 'isRootless' | 'unshare' | 'mount'>;
    readonly tun?: string;
    readonly resolvConf?: string;
  },
): Connector | string {
  const problem = problemOf(tun);
  if (problem !== undefined) return problem;
  const user = (holder: number) => `/proc/${holder}/ns/user`;
  const bySlirp =
    slirp4netns === undefined
      ? undefined
      : ({ pid, holder }: UnconnectedHost): NamedCommand => ({
          name: 'slirp4netns',
          command: [
            ...([slirp4netns, '--configure', '--mtu=65520', '--disable-host-loopback'] as const),
            ...(isRootless ? [`--userns-path=${user(holder)}`] : []),
            ...['--netns-type=path', `/proc/${pid}/ns/net`, OUTSIDE_INTERFACE],
          ],
        });
  // With it, some versions of pasta answer from this address also when a host asks the machine's own name server.
  const dnsForward = hasLoopbackNameServer(readTextIfAny(resolvConf) ?? '') ? ['--dns-forward', NAME_SERVER] : [];
  const options = ['--foreground', '--quiet', '--config-net', '--no-map-gw', ...dnsForward];
  const noPorts = ['-t', 'none', '-u', 'none', '-T', 'none', '-U', 'none', '-I', OUTSIDE_INTERFACE];
  const byPasta =
    pasta === undefined
      ? undefined
      : ({ pid, holder, file }: UnconnectedHost): NamedCommand => {
          const net = `/proc/${pid}/ns/net`;
          const words = [pasta, ...options, ...noPorts] as const;
          if (isRootless) return { name: 'pasta', command: [...words, '--userns', user(holder), '--netns', net] };
          const mounted = [unshare, '--mount', '--', '/bin/sh', '-c', MOUNTED, 'sh', mount, net, file] as const;
          const command: Command = [...mounted, ...words, '--runas', '0:0', '--netns-only', '--netns', file];
          return { name: 'pasta', command };
        };
  const found = (isRootless ? [byPasta, bySlirp] : [bySlirp, byPasta]).filter((by) => by !== undefined);
  if (found.length === 0) return 'neither pasta nor slirp4netns is installed';
  return { commandsFor: (host) => found.map((commandFor) => commandFor(host)) };
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

/** A host to connect. */
export interface HostToConnect {
  readonly host: UnconnectedHost;
  readonly watchdog: Watchdog;
  /** Called if the host runs and the program has ended, with the cause. */
  readonly onLost: (why: string) => void;
}

/**
 * Connects a host. The program ends with the host's network, at the latest with this process. Returns why it could not: what
 * the first program printed.
 */
export async function connectHost(connector: Connector, parts: HostToConnect): Promise<ConnectedHost | string> {
  let why: string | undefined;
  for (const named of connector.commandsFor(parts.host)) {
    const connected = await connectBy(named, parts);
    if (typeof connected !== 'string') return connected;
    why ??= connected;
  }
  return why ?? 'no program connects it';
}

async function connectBy(
  { name, command }: NamedCommand,
  { host: { pid }, watchdog, onLost }: HostToConnect,
): Promise<ConnectedHost | string> {
  const child = startWatched(command, watchdog);
  child.stdout.resume();
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text = `${text}${chunk}`.slice(-1000);
  });
  let failure: string | undefined;
  let isConnected = false;
  let isClosed = false;
  child.once('error', (error) => {
    failure = error.message;
  });
  child.once('exit', (code, signal) => {
    // What it printed before a kill is no cause.
    const printed = signal === null ? text.trim().split('\n').at(-1) : undefined;
    const cause = printed || describeEnd(name, { code, signal });
    failure ??= cause;
    if (isConnected && !isClosed && isRunning(pid)) onLost(cause);
  });
  for (const end = monotonicMs() + START_MS; !hasRoute(pid); await sleep(POLL_MS)) {
    if (failure !== undefined) return failure;
    if (monotonicMs() < end) continue;
    kill(child);
    return `${name} did not connect within ${START_MS / 1000} s`;
  }
  isConnected = true;
  child.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as unknown as { unref?: () => void }).unref?.();
  return {
    close: () => {
      isClosed = true;
      kill(child);
    },
  };
}

/** A host that is connected. */
export interface ConnectedHost {
  readonly close: () => void;
}

// The program also ends with the network of a host that has ended.
function isRunning(pid: number): boolean {
  return !['Z', 'X', undefined].includes(readStat(pid)?.state);
}

// The route to all other networks is made last.
function hasRoute(pid: number): boolean {
  const routes = readTextIfAny(`/proc/${pid}/net/route`) ?? '';
  return new RegExp(`^${OUTSIDE_INTERFACE}\\t00000000\\t`, 'm').test(routes);
}

function kill({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) signalGroup(pid, 'SIGKILL');
}
