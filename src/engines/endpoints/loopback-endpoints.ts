/** A server on this machine's loopback that a variable names. */
export interface LoopbackEndpoint {
  readonly variable: string;
  readonly url: URL;
  readonly port: number;
  /** Loopback address where it listens. */
  readonly address: string;
}

const ENDPOINT_VARIABLE = /^(?:AWS_ENDPOINT_URL(?:_\w+)?|S3_ENDPOINT_URL)$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** The endpoints of AWS services, in a host's variables, that only this machine itself can reach. */
export function loopbackEndpoints(environment: Readonly<Record<string, string>>): readonly LoopbackEndpoint[] {
  return Object.entries(environment).flatMap(([variable, value]) => {
    const url = ENDPOINT_VARIABLE.test(variable) && URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !LOOPBACK.test(url.hostname)) return [];
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const address = url.hostname === 'localhost' ? 'localhost' : url.hostname.replace(/^\[|\]$/g, '');
    return [{ variable, url, port, address }];
  });
}

/** The same place as containers know it: `host` is a name or an IPv4 address. Everything but the host stays. */
export function endpointAt({ url }: LoopbackEndpoint, host: string): string {
  const moved = new URL(url);
  moved.hostname = host;
  // A bare host has got a slash, which was not there.
  return moved.pathname === '/' && moved.search === '' ? moved.href.replace(/\/$/, '') : moved.href;
}
