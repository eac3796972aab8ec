import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';

// One read of the kernel's; more gained nothing.
const BUFFER_BYTES = 256 * 1024;

/** Bodies whose reader is done with a chunk when it returns. */
const direct = new WeakSet<IncomingMessage>();

/** Says that whoever listens to the body's data keeps no chunk: it then reads the connection's own buffer. */
export function readDirectly(body: IncomingMessage): void {
  direct.add(body);
}

/**
 * Agents whose connections read into one buffer each, time and again. Node would make a new one for each 64 KiB, which costs
 * more to collect as garbage than all else that is done with them.
 */
export class ReadingHttpAgent extends HttpAgent {
  override createConnection(options: object, done: () => void): Socket {
    return connectReading(super.createConnection as Connect, this, options, done);
  }
}

/** The same with TLS. */
export class ReadingHttpsAgent extends HttpsAgent {
  override createConnection(options: object, done: () => void): Socket {
    return connectReading(super.createConnection as Connect, this, options, done);
  }
}

type Connect = (this: unknown, options: object, done: () => void) => Socket;

function connectReading(connect: Connect, agent: unknown, options: object, done: () => void): Socket {
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  const callback = (count: number): boolean => {
    const chunk = buffer.subarray(0, count);
    // What is not read at once, such as headers with the start of a body, would be overwritten by what comes next.
    socket.emit('data', isReadAtOnce(socket) ? chunk : Buffer.from(chunk));
    return true;
  };
  const socket: Socket = connect.call(agent, { ...options, onread: { buffer, callback } }, done);
  return socket;
}

function isReadAtOnce(socket: Socket): boolean {
  const { _httpMessage: request } = socket as { _httpMessage?: { readonly res?: IncomingMessage } | null };
  const body = request?.res;
  return body !== undefined && direct.has(body) && body.readableFlowing === true && body.readableLength === 0;
}
