import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { RESOURCE_DEFAULTS } from '../../../contract/hosts.ts';
import type { Watchdog } from '../../engine.ts';
import { enteringUser, type Namespaces } from '../namespaces.ts';
import { killUnless } from '../shells/set-up-limit.ts';
import { startWatched } from '../start-watched.ts';
import { describeEnd } from './describe-end.ts';
import { PREFIX_LENGTH, type Subnet } from './subnet.ts';

/** A network that holds nothing but the hosts of one job, each in a network namespace of its own. */
export interface JobNetwork {
  /** Process whose namespaces those of the hosts belong to. */
  readonly holder: number;
  readonly nsenter: string;
  readonly subnet: Subnet;
  /** Words before a program that then has the rights to make a host's network. */
  readonly enteringCommand: readonly string[];
  /** Connects the network namespace of a process, as that of the host with this number. Returns why it could not. */
  readonly connect: (pid: number, index: number) => Promise<string | undefined>;
  /** Resolves with the cause if the network ends before {@link close}: its holder has died. Else never. */
  readonly lost: Promise<string>;
  /** The same cause, once it has happened. The process id of the holder may be another process's then. */
  readonly lossCause: string | undefined;
  readonly close: () => void;
}

/** What a network is made with. */
export interface NetworkParts {
  readonly namespaces: Namespaces;
  readonly ip: string | undefined;
  readonly subnet: Subnet;
  readonly watchdog: Watchdog;
  /** Longest time for each step; what takes longer is killed. */
  readonly limitMs?: number | undefined;
}

const BRIDGE = 'hosts';
// What `ip` understands of addresses and interfaces that it has just made is found out before any host is started.
const BRIDGE_LINES = (gateway: string) => [
  'link set lo up',
  `link add ${BRIDGE} type bridge`,
  `link set ${BRIDGE} up`,
  `addr add ${gateway}/${PREFIX_LENGTH} dev ${BRIDGE}`,
  'link add probe-1 type veth peer name probe-2',
];

// The shell holds the network until its standard input ends, which it does with this process at the latest.
const HOLD = 'printf "$2" | "$1" -batch - && echo up && read -r end';

// As in a container, a user may listen on any port.
const ANY_PORT = 'echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start';
const CONNECT = `printf "$3" | "$1" -batch - &&
exec "$2" --target="$4" --net -- /bin/sh -c '{ ${ANY_PORT}; } 2>/dev/null; printf "$2" | "$1" -batch -' sh "$1" "$5"`;

/**
 * Makes a network for a job: a bridge in a network namespace of its own, so that nothing of the machine's network changes.
 * It ends with this process. Returns why where it cannot be made.
 */
export async function makeJobNetwork(parts: NetworkParts): Promise<JobNetwork | string> {
  const { namespaces, ip, subnet, watchdog, limitMs } = parts;
  const { nsenter, unshare, isRootless } = namespaces;
  if (ip === undefined) return 'ip is not installed';
  if (nsenter === undefined) return 'nsenter is not installed';
  const user = isRootless ? ['--user', '--map-root-user'] : [];
  const holder = spawn(
    unshare,
    // With mounts of its own, as each host: a machine that refuses those has no network for its hosts either.
    [...user, '--mount', '--net', '--', '/bin/sh', '-c', HOLD, 'sh', ip, batch(BRIDGE_LINES(subnet.gateway))],
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  // Its tools may hang, and not notice the end of this process.
  if (holder.pid !== undefined) watchdog.watchGroup(holder.pid);
  (holder.stdin as Writable).on('error', () => undefined);
  const problem = await untilUp(holder, limitMs);
  if (problem !== undefined) return problem;
  release(holder);
  const { pid = 0 } = holder;
  let connected = 0;
  let isClosed = false;
  let lossCause: string | undefined;
  const lost = new Promise<string>((resolve) => {
    holder.once('exit', (code, signal) => {
      if (isClosed) return;
      lossCause = describeEnd('the process that holds it', { code, signal });
      resolve(lossCause);
    });
  });
  return {
    holder: pid,
    nsenter,
    subnet,
    enteringCommand: [nsenter, `--target=${pid}`, ...enteringUser(namespaces), '--net', '--'],
    connect: (host, index) => {
      // The interface of a host that has ended may be there for a moment still.
      const name = `host-${++connected}`;
      const device = RESOURCE_DEFAULTS.networkInterface;
      const outside = [
        `link add ${name} type veth peer name ${device} netns ${host}`,
        `link set ${name} master ${BRIDGE} up`,
      ];
      const inside = [
        `addr add ${subnet.of(index)}/${PREFIX_LENGTH} dev ${device}`,
        `link set ${device} up`,
        'link set lo up',
      ];
      const script = ['/bin/sh', '-c', CONNECT, 'sh', ip, nsenter, batch(outside), String(host), batch(inside)];
      const words = [`--target=${pid}`, ...enteringUser(namespaces), '--net', '--', ...script];
      const child = startWatched([nsenter, ...words], watchdog);
      child.stdout.resume();
      return inTime(child, limitMs);
    },
    lost,
    get lossCause() {
      return lossCause;
    },
    close: () => {
      isClosed = true;
      (holder.stdin as Writable).end();
    },
  };
}

function batch(lines: readonly string[]): string {
  return lines.map((line) => `${line}\\n`).join('');
}

async function untilUp(holder: ChildProcess, limitMs: number | undefined): Promise<string | undefined> {
  const output = holder.stdout as Readable;
  const ended = untilEnded(holder);
  const isUp = new Promise<undefined>((resolve) => output.once('data', () => resolve(undefined)));
  const up = Promise.race([isUp, ended.then((problem) => problem ?? 'the network ended')]);
  return (await killUnless(up, holder, limitMs)) ?? up;
}

async function inTime(child: ChildProcess, limitMs: number | undefined): Promise<string | undefined> {
  const ended = untilEnded(child);
  return (await killUnless(ended, child, limitMs)) ?? ended;
}

// Returns what the tools print if they fail.
async function untilEnded(child: ChildProcess): Promise<string | undefined> {
  let text = '';
  (child.stderr as Readable).setEncoding('utf8').on('data', (chunk: string) => {
    text = `${text}${chunk}`.slice(-1000);
  });
  const code = await new Promise<number | null | string>((resolve) => {
    child.once('error', (error) => resolve(error.message)).once('close', resolve);
  });
  if (typeof code === 'string') return code;
  return code === 0 ? undefined : text.trim().split('\n')[0] || `exit code ${code}`;
}

// It does not keep this process.
function release(holder: ChildProcess): void {
  holder.unref();
  for (const stream of [holder.stdin, holder.stdout, holder.stderr]) {
    (stream as unknown as { unref?: () => void }).unref?.();
  }
}
