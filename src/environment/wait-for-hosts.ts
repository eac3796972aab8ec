import { readFileSync } from 'node:fs';
import { HOST_WAIT } from '../contract/defaults.ts';
import { OptmlError } from '../errors/error.ts';
import type { Log } from '../log/log.ts';
import { sleep } from '../process/sleep.ts';

/** What waiting for hosts needs. */
export interface HostWait {
  readonly hosts: readonly string[];
  readonly totalSeconds: number;
  /** Aborted when the job is stopped; the wait then ends early. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * Waits until every host name resolves to an IPv4 address (contract C30): all together, with pauses that double from 0.2
 * to 30 s. Returns early when the job is stopped.
 *
 * @throws OptmlError HOSTS_UNRESOLVED naming the hosts that are missing after `totalSeconds`.
 */
export async function waitForHosts({ hosts, totalSeconds, signal, log }: HostWait): Promise<void> {
  const end = performance.now() + totalSeconds * 1000;
  let missing: readonly string[] = hosts;
  for (let pause: number = HOST_WAIT.firstPauseSeconds; ; pause = Math.min(pause * 2, HOST_WAIT.longestPauseSeconds)) {
    missing = await unresolved(missing, end, signal);
    if (missing.length === 0 || signal.aborted) return;
    const leftMs = end - performance.now();
    if (leftMs <= 0) break;
    log.info(
      `Waiting for ${missing.length} of ${hosts.length} hosts to resolve: ${missing.join(', ')} (${Math.ceil(leftMs / 1000)} s left)`,
    );
    await sleep(Math.min(pause * 1000, leftMs), signal);
  }
  throw new OptmlError(
    'HOSTS_UNRESOLVED',
    `${missing.length} of ${hosts.length} hosts did not resolve within ${totalSeconds} s: ${missing.join(', ')}`,
    {
      where: 'input/config/resourceconfig.json, field hosts (C30)',
      fix: 'Check that the containers share a network on which these names resolve. For a run on one machine without one, set SM_STUDIO_LOCAL_MODE=true.',
    },
  );
}

async function unresolved(hosts: readonly string[], end: number, signal: AbortSignal): Promise<readonly string[]> {
  const known = hostsFileNames();
  const asked = hosts.filter((host) => !known.has(host));
  if (asked.length === 0) return [];
  const { lookup } = await import('node:dns');
  const resolves = (host: string) =>
    new Promise<boolean>((resolve) => lookup(host, { family: 4 }, (error) => resolve(error === null)));
  // A name server that does not answer holds a look-up for half a minute and more: neither a stop nor the end waits for it.
  const cut = new AbortController();
  const isCut = sleep(Math.max(0, end - performance.now()), AbortSignal.any([signal, cut.signal])).then(
    () => undefined,
  );
  const found = await Promise.race([Promise.all(asked.map(resolves)), isCut]);
  cut.abort();
  return found === undefined ? asked : asked.filter((_, index) => !found[index]);
}

/** Names with an IPv4 address in the hosts file, which a look-up reads first; reading it here spares loading the resolver. */
function hostsFileNames(): ReadonlySet<string> {
  try {
    const lines = readFileSync('/etc/hosts', 'utf8').split('\n');
    const words = lines.map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
    return new Set(
      words.flatMap(([address = '', ...names]) => (/^\d+(\.\d+){3}$/.test(address) ? [address, ...names] : [])),
    );
  } catch {
    // No such file: every name is looked up.
    return new Set();
  }
}
