import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A request whose answer has not been sent completely. */
export interface Exchange {
  readonly id: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the client has gone, or the endpoint is closed. */
  readonly abort: AbortController;
  /** The client waits for permission to send the body. */
  awaitsContinue: boolean;
}

/** The open exchanges, by connection. */
export class Exchanges {
  readonly #open = new Map<Socket, Set<Exchange>>();

  /** Remembers an exchange until its answer was sent or the client has gone. */
  add(exchange: Exchange): void {
    const { socket } = exchange.request;
    const ofSocket = this.#open.get(socket) ?? new Set();
    this.#open.set(socket, ofSocket.add(exchange));
    exchange.response.once('close', () => {
      ofSocket.delete(exchange);
      if (ofSocket.size === 0) this.#open.delete(socket);
      if (!exchange.response.writableFinished) exchange.abort.abort();
    });
  }

  /** How many a connection has. */
  countOf(socket: Socket): number {
    return this.#open.get(socket)?.size ?? 0;
  }

  /** Whether a service has a whole request of this connection, and has not begun to answer: the client can only wait. */
  isAnswering(socket: Socket): boolean {
    return [...(this.#open.get(socket) ?? [])].some(
      ({ request, response }) => request.complete && !response.headersSent,
    );
  }

  /** Whether bytes of an answer may be on their way, or those of an earlier one must come first. */
  hasBegun(socket: Socket): boolean {
    const open = [...(this.#open.get(socket) ?? [])];
    return open.length > 1 || open.some(({ response }) => response.headersSent);
  }

  abortAll(): void {
    for (const ofSocket of this.#open.values()) for (const { abort } of ofSocket) abort.abort();
  }
}
