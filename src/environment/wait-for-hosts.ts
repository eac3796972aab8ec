import { monotonicMs, within } from '../concurrency/clock.ts';
import { HOST_WAIT } from '../contract/hosts.ts';
import { OptmlError } from '../errors/error.ts';
import { cutText } from '../errors/quote-value.ts';
import { readTextIfAny } from '../job-tree/input/read-text.ts';
import type { Log } from '../log/log.ts';
import type { StopControl } from '../process/stop-control.ts';

/** What waiting for hosts needs. */
export interface HostWait {
  readonly hosts: readonly string[];
  readonly totalSeconds: number;
  /** The wait ends early when the job is stopped. */
  readonly stop: StopControl;
  readonly log: Log;
}

const WHERE = 'input/config/resourceconfig.json, field hosts (C30)';
// The longest name that fits into a DNS query.
const LONGEST_NAME = 253;
const SHOWN_NAME = 80;

/**
 * Waits until every host name resolves to an IPv4 address (contract C30): all together, with pauses that double from 0.2
 * to 30 s. Returns early when the job is stopped.
 *
 * @throws OptmlError HOSTS_UNRESOLVED naming the hosts that are missing after `totalSeconds`, or that cannot be names.
 */
export async function waitForHosts({ hosts, totalSeconds, stop, log }: HostWait): Promise<void> {
  const impossible = hosts.filter(cannotResolve);
  if (impossible.length > 0) {
    const shown = impossible.map((name) => cutText(JSON.stringify(name), SHOWN_NAME)).join(', ');
    throw new OptmlError('HOSTS_UNRESOLVED', `these host names cannot resolve: ${shown}`, {
      where: WHERE,
      fix: `Correct the names: at most ${LONGEST_NAME} characters, no empty part between dots, no "/", space or control character.`,
    });
  }
  const end = monotonicMs() + totalSeconds * 1000;
  const stopped = new Promise<void>((resolve) => stop.onStop(resolve));
  let missing: readonly string[] = hosts;
  for (let pause: number = HOST_WAIT.firstPauseSeconds; ; pause = Math.min(pause * 2, HOST_WAIT.longestPauseSeconds)) {
    missing = await unresolved(missing, end, stopped);
    if (missing.length === 0 || stop.signal !== undefined) return;
    const leftMs = end - monotonicMs();
    if (leftMs <= 0) break;
    log.info(
      `Waiting for ${missing.length} of ${hosts.length} hosts to resolve: ${missing.join(', ')} (${Math.ceil(leftMs / 1000)} s left)`,
    );
    await within(stopped, Math.min(pause * 1000, leftMs));
  }
  throw new OptmlError(
    'HOSTS_UNRESOLVED',
    `${missing.length} of ${hosts.length} hosts did not resolve within ${totalSeconds} s: ${missing.join(', ')}`,
    {
      where: WHERE,
      fix: 'Check that the containers share a network on which these names resolve. For a run on one machine without one, set SM_STUDIO_LOCAL_MODE=true.',
    },
  );
}

/** Whether no resolver can find this name, in a hosts file or in DNS. */
function cannotResolve(name: string): boolean {
  // A final dot marks a complete name.
  const labels = name.replace(/\.$/, '').split('.');
  return labels.includes('') || labels.join('.').length > LONGEST_NAME || /[\p{Cc}\s/]/u.test(name);
}

async function unresolved(hosts: readonly string[], end: number, stopped: Promise<void>): Promise<readonly string[]> {
  const known = hostsFileNames();
  const asked = hosts.filter((host) => !known.has(host));
  if (asked.length === 0) return [];
  const { lookup } = await import('node:dns');
  const found = new Set<string>();
  const ask = (host: string) =>
    new Promise<void>((resolve) => {
      lookup(host, { family: 4 }, (error) => {
        if (error === null) found.add(host);
        resolve();
      });
    });
  // A name server that does not answer holds a look-up for half a minute and more: neither a stop nor the end waits for it.
  await within(Promise.race([Promise.all(asked.map(ask)), stopped]), Math.max(0, end - monotonicMs()));
  return asked.filter((host) => !found.has(host));
}

/** Names with an IPv4 address in the hosts file, which a look-up reads first; reading it here spares loading the resolver. */
function hostsFileNames(): ReadonlySet<string> {
  const lines = (readTextIfAny('/etc/hosts') ?? '').split('\n');
  const command = lines.map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  return new Set(
    command.flatMap(([address = '', ...names]) => (/^\d+(\.\d+){3}$/.test(address) ? [address, ...names] : [])),
  );
}
