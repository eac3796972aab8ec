import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';
import { hasLoopbackNameServer, RESOLV_CONF } from './network/name-servers.ts';

/** A file or folder that a host sees in another one's place. */
export interface Replacement {
  readonly source: string;
  readonly target: string;
}

/** A host by its names and address. */
export interface NamedHost {
  /** `algo-N` and, where the host has a name of its own in the system, that one. */
  readonly names: readonly string[];
  readonly address: string;
}

/**
 * Writes the files by which the names of a job's hosts resolve on each of them, into `dir`: the system's own hosts file
 * with the hosts in front, and what else has to change for it to be read first. Files that are there, and seen by a host
 * already, get the new content. `nameServer`: what reaches name servers on this machine's loopback from a host.
 */
export function writeNameFiles(hosts: readonly NamedHost[], dir: string, nameServer?: string): readonly Replacement[] {
  const lines = hosts.map(({ names, address }) => `${address} ${names.join(' ')}\n`).join('');
  return [
    replacement('/etc/hosts', `${lines}${readTextIfAny('/etc/hosts') ?? ''}`, dir),
    ...lookupOrder(dir),
    ...(nameServer === undefined ? [] : nameServers(nameServer, dir)),
    ...withoutNameCache(dir),
  ];
}

function replacement(target: string, text: string, dir: string): Replacement {
  const source = join(dir, target.slice(1).replaceAll('/', '-'));
  writeFileSync(source, text, { mode: 0o644 });
  return { source, target };
}

function nameServers(server: string, dir: string): readonly Replacement[] {
  const text = readTextIfAny(RESOLV_CONF);
  if (text === undefined || !hasLoopbackNameServer(text)) return [];
  const others = text.replace(/^\s*nameserver\s.*\n?/gm, '');
  return [replacement(RESOLV_CONF, `nameserver ${server}\n${others}`, dir)];
}

// Some systems ask a service first, which reads the hosts file outside.
function lookupOrder(dir: string): readonly Replacement[] {
  const target = '/etc/nsswitch.conf';
  const text = readTextIfAny(target);
  const order = /^hosts:(.*)$/m.exec(text ?? '')?.[1];
  if (text === undefined || order === undefined || /^\s*files\b/.test(order)) return [];
  const rest = order.replace(/\sfiles(?=\s|$)/, '');
  return [
    replacement(
      target,
      text.replace(/^hosts:.*$/m, () => `hosts: files${rest}`),
      dir,
    ),
  ];
}

// The name service cache answers for the hosts file outside, too. Without its socket programs look for themselves.
function withoutNameCache(dir: string): readonly Replacement[] {
  const target = ['/run/nscd', '/var/run/nscd'].find((path) => existsSync(join(path, 'socket')));
  if (target === undefined) return [];
  const source = join(dir, 'no-nscd');
  mkdirSync(source, { recursive: true });
  return [{ source, target }];
}
