import { isIPv4 } from 'node:net';
import { Refusal } from './refusal.ts';
import type { RequestHead } from './request-head.ts';

/**
 * Refuses requests that a web page could have sent: those with headers that only browsers send, and those for another host
 * than this endpoint, as a page does whose name resolves to this machine (DNS rebinding).
 *
 * @throws Refusal
 */
export function refuseWebPages(head: RequestHead, names: readonly string[]): void {
  if (isOfBrowser(head.headers)) throw new Refusal('web-page');
  refuseForeignHosts(head, names);
}

/** Refuses requests for another host than this endpoint. @throws Refusal */
export function refuseForeignHosts({ headers }: RequestHead, names: readonly string[]): void {
  const host = hostName(headers.host);
  if (host === undefined || !isOwnHost(host, names)) throw new Refusal('foreign-host');
}

function isOfBrowser(headers: RequestHead['headers']): boolean {
  if (headers.origin !== undefined) return true;
  const ofBrowser = Object.keys(headers).filter((name) => name.startsWith('sec-fetch-'));
  // `fetch` of Node sends this one; browsers send it with others.
  const isOfNode = ofBrowser.length === 1 && headers['sec-fetch-mode'] === 'cors';
  return ofBrowser.length > 0 && !isOfNode;
}

/**
 * The bucket in a host name: `BUCKET.localhost`, `BUCKET.s3.localhost`, `BUCKET.s3.REGION.localhost`, and the same before one of
 * `names`; undefined without one.
 */
export function bucketOfHost(host: string | undefined, names: readonly string[]): string | undefined {
  const name = hostName(host) ?? '';
  const own = ['localhost', ...names.filter(canHaveNames)].find((suffix) => name.endsWith(`.${suffix}`));
  if (own === undefined) return undefined;
  const rest = name.slice(0, -own.length - 1);
  // `s3.localhost` is the service itself.
  const ofService = /^(?:(.+)\.)?s3(?:[.-][a-z0-9-]+)?$/.exec(rest);
  return ofService === null ? rest : ofService[1];
}

/** The name in a `Host` header, in lower case, without the port; undefined for none or a malformed one. */
function hostName(host: string | undefined): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/.exec(host?.toLowerCase() ?? '')?.[1];
}

/** By this name, containers of a job reach this machine. */
const MACHINE_OF_CONTAINERS = 'host.docker.internal';

function isOwnHost(host: string, names: readonly string[]): boolean {
  if (host === 'localhost' || host.endsWith('.localhost') || host === MACHINE_OF_CONTAINERS) return true;
  // An address cannot be made to resolve to another machine. Jobs with a network of their own use that of its gateway.
  if (!canHaveNames(host)) return true;
  return names.some((name) => host === name || (canHaveNames(name) && host.endsWith(`.${name}`)));
}

/** Whether it is a name: an address has no names below it. */
function canHaveNames(host: string): boolean {
  return !isIPv4(host) && !host.startsWith('[');
}
