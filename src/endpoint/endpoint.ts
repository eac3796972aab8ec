import { LOCAL_ACCOUNT } from '../contract/local-account.ts';
import { OptmlError } from '../errors/error.ts';
import type { Keys } from './credentials/keys.ts';
import type { Services } from './http/handle-request.ts';
import { LIMITS, type Limits } from './http/limits.ts';
import { addressForClients, inHeader, isLoopback, ownNames } from './http/own-names.ts';
import { startServer } from './http/server.ts';
import type { WebConsole } from './http/web-console.ts';
import { makeVerifier } from './signature/verifier.ts';

/** What an endpoint serves, and to whom. */
export interface EndpointSettings {
  /** Those of the endpoint, or a function that opens them once its URL is known. */
  readonly services: Services | ((url: string) => Promise<Services>);
  /** Pages for people at the same address. By default none. */
  readonly webConsole?: WebConsole | undefined;
  /** By default 127.0.0.1. */
  readonly host?: string | undefined;
  /** By default a free one. */
  readonly port?: number | undefined;
  /** The keys by which signatures are verified. With `isAnyCredentials` any well-formed signature passes. */
  readonly keys?: Keys | undefined;
  readonly isAnyCredentials?: boolean | undefined;
  /** The region of callers whose signature names none. By default us-east-1. */
  readonly region?: string | undefined;
  readonly log?: EndpointLog | undefined;
  /** For tests. */
  readonly limits?: Partial<Limits> | undefined;
  /** For tests. */
  readonly now?: (() => Date) | undefined;
}

/** Where an endpoint reports what no client sees. */
export interface EndpointLog {
  warn(message: string): void;
  /** Receives a line for each request, if it is there. */
  access?(line: string): void;
}

export interface Endpoint {
  /** Such as `http://127.0.0.1:4566`. */
  readonly url: string;
  readonly port: number;
  /** Stops accepting requests, and ends open ones after `graceMs` (by default 2 seconds). */
  close(graceMs?: number): Promise<void>;
}

export const DEFAULT_REGION = 'us-east-1';

const GRACE_MS = 2000;

/** Starts the server of the local AWS endpoint. @throws the system's error, such as EADDRINUSE. */
export async function startEndpoint(settings: EndpointSettings): Promise<Endpoint> {
  const { services, host = '127.0.0.1', port = 0, isAnyCredentials = false, region = DEFAULT_REGION, log } = settings;
  const { keys, now = () => new Date() } = settings;
  if (isAnyCredentials && !isLoopback(host)) {
    throw new OptmlError(
      'ENDPOINT_FAILED',
      `with any credentials, everybody who reaches ${host} could run programs here`,
      {
        fix: 'Listen on 127.0.0.1, or verify the credentials.',
      },
    );
  }
  if (keys === undefined && !isAnyCredentials) throw new TypeError('startEndpoint needs keys, or isAnyCredentials');
  const server = await startServer({
    openServices: async (opened) => (typeof services === 'function' ? services(urlOf(host, opened)) : services),
    host,
    port,
    limits: { ...LIMITS, ...settings.limits },
    webConsole: settings.webConsole,
    hostNames: ownNames(host),
    verifier: makeVerifier({ keys: isAnyCredentials ? undefined : keys, accountId: LOCAL_ACCOUNT, region, now }),
    onDefect: (error, id) => log?.warn(`Request ${id}: ${defectText(error)}`),
    onAccess: log?.access?.bind(log),
  });
  return { url: urlOf(host, server.port), port: server.port, close: (graceMs = GRACE_MS) => server.close(graceMs) };
}

function urlOf(host: string, port: number): string {
  return `http://${inHeader(addressForClients(host))}:${port}`;
}

function defectText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
