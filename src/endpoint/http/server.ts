import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { withResolvers } from '../../concurrency/with-resolvers.ts';
import { type Exchange, Exchanges } from './exchange.ts';
import { type HandlerSettings, requestHandler, type Services } from './handle-request.ts';
import type { Limits } from './limits.ts';
import { sendAnswer } from './send-answer.ts';
import type { ServiceAnswer } from './service.ts';

export interface ServerSettings extends Omit<HandlerSettings, 'services'> {
  /** Opens the services once the port is known. Requests that arrive before wait for them. */
  readonly openServices: (port: number) => Promise<Services>;
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  /** Receives a line for each answered request. */
  readonly onAccess: ((line: string) => void) | undefined;
}

export interface RunningServer {
  readonly port: number;
  /** Stops accepting requests, gives open ones this time, and then ends them. */
  close(graceMs: number): Promise<void>;
}

/** Starts to serve. @throws the system's error, such as EADDRINUSE; what `openServices` throws. */
export async function startServer(settings: ServerSettings): Promise<RunningServer> {
  const { limits } = settings;
  const exchanges = new Exchanges();
  const { promise: ready, resolve: setReady } = withResolvers<(exchange: Exchange) => Promise<ServiceAnswer>>();
  const handle = async (exchange: Exchange) => (await ready)(exchange);
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    // A large object takes as long as it takes; see `endIdle`.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: 5000,
    insecureHTTPParser: false,
    noDelay: true,
  });
  server.maxHeadersCount = limits.headerCount + 1;
  server.maxConnections = limits.connections;
  const serve = (request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) => {
    const exchange = { id: randomUUID(), request, response, abort: new AbortController(), awaitsContinue };
    void answer(exchange, { exchanges, handle, settings, server });
  };
  server.on('request', (request, response) => serve(request, response, false));
  server.on('checkContinue', (request, response) => serve(request, response, true));
  server.on('connect', (_request, socket: Socket) => refuseSocket(socket, '400 Bad Request'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => onClientError(error, socket, exchanges));
  // A new connection is worth more than one that waits for its next request.
  server.on('drop', () => server.closeIdleConnections());
  endIdle(server, exchanges, limits);
  await listen(server, settings);
  const { port } = server.address() as AddressInfo;
  const closeServer = (graceMs: number) => close(server, exchanges, graceMs);
  try {
    setReady(requestHandler({ ...settings, services: await settings.openServices(port) }));
  } catch (error) {
    await closeServer(0);
    throw error;
  }
  return { port, close: closeServer };
}

interface Serving {
  readonly exchanges: Exchanges;
  readonly handle: (exchange: Exchange) => Promise<ServiceAnswer>;
  readonly settings: ServerSettings;
  readonly server: Server;
}

async function answer(exchange: Exchange, { exchanges, handle, settings, server }: Serving): Promise<void> {
  const { id, request, response } = exchange;
  // Both have a listener of their own where it matters; without one, an error would end the process.
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  if (exchanges.countOf(request.socket) >= settings.limits.requestsAtOnce) return void request.socket.destroy();
  exchanges.add(exchange);
  const startedAt = performance.now();
  const result = await handle(exchange);
  if (response.destroyed) return discardAnswer(result);
  response.setHeader('x-amzn-RequestId', id);
  response.setHeader('x-amz-request-id', id);
  // The client has not sent the body, and may or may not do so.
  if (exchange.awaitsContinue || !server.listening) response.setHeader('Connection', 'close');
  // A service may also have stopped in the middle of a body that has arrived: the connection has no next request before its end.
  const isHalfRead = request.readableDidRead && !request.readableEnded && !request.destroyed;
  const isUnread = (!request.complete || isHalfRead) && !exchange.awaitsContinue;
  try {
    await sendAnswer(response, result, isUnread ? discardRest(request, settings.limits) : undefined);
  } catch (error) {
    settings.onDefect(error, id);
    discardAnswer(result);
    response.destroy();
  }
  settings.onAccess?.(accessLine(exchange, result, performance.now() - startedAt));
  return undefined;
}

/** Frees what a stream holds that no client reads. */
function discardAnswer({ body }: ServiceAnswer): void {
  if (body instanceof Readable) body.destroy();
}

// Without the query, which can contain a signature.
function accessLine({ id, request }: Exchange, { status }: ServiceAnswer, ms: number): string {
  const [path = ''] = (request.url ?? '').split('?', 1);
  return `${id} ${request.method} ${path} ${status} ${ms.toFixed(1)} ms`;
}

/**
 * Reads the rest of an unused body: many clients read an answer only after they have sent the whole body. Resolves when it
 * is read, or is too long or too slow.
 */
function discardRest(request: IncomingMessage, limits: Limits): Promise<void> {
  return new Promise((resolve) => {
    let size = 0;
    const timer = setTimeout(() => request.socket.destroySoon(), limits.bodyMs);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.refusedBytes) request.socket.destroySoon();
    });
    request.once('end', end);
    request.once('close', end);
    request.resume();
  });
}

/** Ends connections whose client neither sends nor reads for a time. While a service works, the client can do neither. */
function endIdle(server: Server, exchanges: Exchanges, limits: Limits): void {
  server.setTimeout(limits.idleMs, (socket: Socket) => {
    if (exchanges.isAnswering(socket)) socket.setTimeout(limits.idleMs);
    else socket.destroy();
  });
}

const STATUS_OF_ERROR: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Answers what Node's parser rejects. After an answer has begun, it can only end the connection. */
function onClientError(error: NodeJS.ErrnoException, socket: Socket, exchanges: Exchanges): void {
  if (error.code === 'ECONNRESET' || !socket.writable || exchanges.hasBegun(socket)) return void socket.destroy();
  refuseSocket(socket, STATUS_OF_ERROR[error.code ?? ''] ?? '400 Bad Request');
}

function refuseSocket(socket: Socket, status: string): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  socket.resume();
}

function listen(server: Server, { host, port, limits }: ServerSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: limits.connections }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function close(server: Server, exchanges: Exchanges, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = new AbortController();
  const grace = wait(graceMs, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([closed, grace]);
  timer.abort();
  exchanges.abortAll();
  server.closeAllConnections();
  await closed;
}
