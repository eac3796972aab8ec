// A client of HTTP that costs little beside a server: it keeps its connection where the server does, and sends the same
// header lines for each request, in one write with the body.
import { connect } from 'node:net';

const HEAD_END = '\r\n\r\n';

/** A client of a server's URL that sends one request at a time. `lines` are header lines for all of them. */
export function rawClient(url, lines) {
  const { hostname, port, host } = new URL(url);
  const start = ['', `Host: ${host}`, ...lines, 'Content-Length: '].join('\r\n');
  let socket;

  /** Sends a request with a body, and resolves with the status of the answer after its end. */
  function send(method, path, body) {
    return new Promise((resolve, reject) => {
      const connection = socket ?? connect({ port, host: hostname, noDelay: true });
      socket = connection;
      let text = '';
      const forget = () => {
        if (socket === connection) socket = undefined;
        connection.destroy();
      };
      connection.removeAllListeners('data');
      connection.removeAllListeners('close');
      connection.removeAllListeners('error');
      connection.on('data', (chunk) => {
        text += chunk.latin1Slice();
        const end = text.indexOf(HEAD_END);
        if (end < 0) return;
        const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
        if (text.length < end + HEAD_END.length + length) return;
        if (/\r\nconnection: *close/i.test(text)) forget();
        resolve(Number(text.slice(9, 12)));
      });
      connection.once('error', reject);
      connection.once('close', () => {
        forget();
        reject(new Error(`${method} ${path}: the connection was closed`));
      });
      connection.write(
        Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1${start}${body.length}${HEAD_END}`), body]),
      );
    });
  }

  return { send, close: () => socket?.destroy() };
}
