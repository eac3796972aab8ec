import { type ClientRequest, Agent as HttpAgent, request as httpRequest, IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';

import { type AnswerLimits, limitAbout, limitContent, limitRequest } from './answer-limits.ts';
import { percentEncoded } from './key-path.ts';
import { TransferError } from './transfer-error.ts';

/** Limits of how long nothing may happen, in milliseconds, and of answers that get nowhere. */
export interface Timeouts extends AnswerLimits {
  /** Until a connection is made. */
  readonly connectMs: number;
  /** Without a byte in either direction. */
  readonly idleMs: number;
}

/** A signed request as the SDK gives it. */
interface SignedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
}

interface Answer {
  readonly response: {
    readonly statusCode: number;
    readonly reason?: string;
    readonly headers: Record<string, string>;
    readonly body: Readable;
  };
}

// S3 answers immediately when it will not take a body; what does not know the question stays silent.
const CONTINUE_MS = 1000;

/**
 * Sends the SDK's requests by node:http: connections kept, an end to silence, bodies handed on as they come. The SDK's own
 * handler has no limit for a body that stops coming.
 */
export class HttpHandler {
  readonly #timeouts: Timeouts;
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https = new HttpsAgent({ keepAlive: true });

  constructor(timeouts: Timeouts) {
    this.#timeouts = timeouts;
  }

  handle(request: SignedRequest, options: { readonly abortSignal?: object | undefined } = {}): Promise<Answer> {
    // The SDK's type allows other kinds of signals too. The session passes only AbortSignal.
    const abortSignal = options.abortSignal instanceof AbortSignal ? options.abortSignal : undefined;
    return new Promise((resolve, reject) => {
      if (abortSignal?.aborted) {
        reject(abortSignal.reason);
        return;
      }
      const sent = this.#open(request);
      let body: IncomingMessage | undefined;
      // Once there is a body, its reader has to be told why it ends.
      const giveUp = (why: Error) => (body ?? sent).destroy(why);
      const onAbort = () => giveUp(abortSignal?.reason);
      abortSignal?.addEventListener('abort', onAbort, { once: true });
      sent.once('close', () => abortSignal?.removeEventListener('abort', onAbort));
      sent.on('error', reject);
      sent.once('response', (response) => {
        body = response;
        resolve({ response: answer(response, this.#limitAnswer(request, response, giveUp)) });
      });
      this.#watch(sent, giveUp);
      limitRequest(sent, this.#timeouts, giveUp);
      sendBody(sent, request.body, 'expect' in request.headers);
    });
  }

  /** What the SDK asks of every handler. */
  updateHttpClientConfig(): void {}
  httpHandlerConfigs(): Record<string, never> {
    return {};
  }

  destroy(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #open(request: SignedRequest): ClientRequest {
    const isSecure = request.protocol === 'https:';
    return (isSecure ? httpsRequest : httpRequest)({
      agent: isSecure ? this.#https : this.#http,
      // An IPv6 address has brackets in URLs only.
      host: request.hostname.replace(/^\[(.*)\]$/, '$1'),
      ...(request.port !== undefined && { port: request.port }),
      method: request.method,
      path: request.path + queryText(request.query),
      headers: request.headers,
    });
  }

  #limitAnswer(request: SignedRequest, response: IncomingMessage, giveUp: (why: Error) => void): Readable {
    const isContent = request.query?.['x-id'] === 'GetObject' && (response.statusCode ?? 0) < 300;
    if (!isContent) return limitAbout(response, this.#timeouts, giveUp);
    limitContent(response, this.#timeouts, giveUp);
    return response;
  }

  #watch(sent: ClientRequest, giveUp: (why: Error) => void): void {
    const { connectMs, idleMs } = this.#timeouts;
    sent.once('socket', (socket: Socket & { readonly encrypted?: boolean }) => {
      if (socket.connecting) {
        const why = new TransferError(`no connection within ${connectMs / 1000} s`);
        const timer = setTimeout(() => giveUp(why), connectMs);
        socket.once(socket.encrypted ? 'secureConnect' : 'connect', () => clearTimeout(timer));
        sent.once('close', () => clearTimeout(timer));
      }
    });
    sent.setTimeout(idleMs, () => giveUp(new TransferError(`no byte for ${idleMs / 1000} s`)));
  }
}

/** The body of an answer, which {@link HttpHandler} gave to the SDK. @throws TransferError if there is none. */
export function bodyOf({ Body: body }: { readonly Body?: unknown }): IncomingMessage {
  if (body instanceof IncomingMessage) return body;
  throw new TransferError('the answer has no body');
}

function answer(response: IncomingMessage, body: Readable): Answer['response'] {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) headers[name] = String(value);
  return {
    statusCode: response.statusCode ?? 0,
    ...(response.statusMessage !== undefined && { reason: response.statusMessage }),
    headers,
    body,
  };
}

function sendBody(sent: ClientRequest, body: SignedRequest['body'], isAsked: boolean): void {
  const send = () => {
    if (sent.destroyed) return;
    if (!(body instanceof Readable)) {
      sent.end(body);
      return;
    }
    body.once('error', (error) => sent.destroy(error));
    sent.once('close', () => body.destroy());
    body.pipe(sent);
  };
  if (!isAsked) {
    send();
    return;
  }
  sent.flushHeaders();
  const timer = setTimeout(send, CONTINUE_MS);
  sent.once('continue', () => {
    clearTimeout(timer);
    send();
  });
  // An answer without a "continue" is a refusal: the body stays here, and with it the connection is of no more use.
  sent.once('response', (response) => {
    clearTimeout(timer);
    if (!sent.writableEnded) response.once('end', () => sent.destroy());
  });
  sent.once('close', () => clearTimeout(timer));
}

function queryText(query: SignedRequest['query'] = {}): string {
  const parts = Object.entries(query).flatMap(([name, value]) => {
    if (value === null) return [percentEncoded(name)];
    return (typeof value === 'string' ? [value] : value).map(
      (each) => `${percentEncoded(name)}=${percentEncoded(each)}`,
    );
  });
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
