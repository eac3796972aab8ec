import { request as httpRequest, type IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream';
import type { Service, ServiceAnswer } from '../../src/endpoint/http/service.ts';

/** Passes requests on to a server that checks no signatures. */
export function proxyTo(port: number): Service {
  return {
    answer: ({ method, path, query, headers, body, signal }) =>
      new Promise<ServiceAnswer>((resolve, reject) => {
        const text = query.size === 0 ? '' : `?${query}`;
        const { expect: _, ...passed } = headers;
        const options = { host: '127.0.0.1', port, method, path: path + text, headers: passed, signal };
        const sent = httpRequest(options, (answer: IncomingMessage) => {
          const { connection: _, 'transfer-encoding': __, ...given } = answer.headers;
          const answered = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
          resolve({ status: answer.statusCode ?? 500, headers: answered, body: answer });
        });
        pipeline(body, sent, (error) => error && reject(error));
      }),
  };
}
