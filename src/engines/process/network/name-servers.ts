/** Where a connected host finds name servers that only this machine itself can reach. */
export const NAME_SERVER = '10.0.2.3';

/** The file that names the servers. */
export const RESOLV_CONF = '/etc/resolv.conf';

/** Whether the content of that file names a server on this machine's loopback. */
export function hasLoopbackNameServer(resolvConf: string): boolean {
  return /^\s*nameserver\s+(?:127\.|::1)/m.test(resolvConf);
}
