import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** What goes wrong with one request. Undefined: it is passed on as it is. */
export type Fault =
  /** Refuses as S3 does. Answers to HEAD have no body. */
  | {
      readonly status: number;
      readonly code: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly xml?: string;
    }
  /** Ends the connection as soon as the request's headers are there. */
  | { readonly dropped: true }
  /** Ends the connection after so many bytes of the answer's body. */
  | { readonly cutAfter: number }
  /** Takes the request and stays silent, after so many bytes of the answer's body where a number is given. */
  | { readonly silent: true | number }
  /** Changes one bit of the answer's first byte. */
  | { readonly damaged: true }
  /** Passes the request on without its conditions, as servers do that do not know them. */
  | { readonly ignoresConditions: true }
  /** Gives the answer's body byte by byte, one every so many milliseconds. */
  | { readonly dripMs: number }
  /** Adds headers to the answer; undefined removes one. */
  | { readonly answer: Readonly<Record<string, string | undefined>> };

/** A request that went through. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/** A fake: a proxy in front of a real S3 server that does what no server does on demand. */
export interface FakeFaults {
  readonly endpoint: string;
  readonly seen: SeenRequest[];
}

/** `decide` is asked for every request; `nth` counts those of the same method and URL, from 1 on. */
export async function startFakeFaults(
  t: TestContext,
  target: { readonly port: number },
  decide: (request: SeenRequest, nth: number) => Fault | undefined | Promise<Fault | undefined>,
): Promise<FakeFaults> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (from, to) => {
    const { method = '', url = '', headers } = from;
    const one = { method, url, headers };
    seen.push(one);
    const nth = seen.filter((each) => each.method === method && each.url === url).length;
    const fault = (await decide(one, nth)) ?? {};
    if ('status' in fault && 'code' in fault) refuse(from, to, fault as Extract<Fault, { status: number }>);
    else if ('dropped' in fault) from.destroy();
    else if ('silent' in fault && fault.silent === true) from.resume();
    else pass(from, to, target.port, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function refuse(from: IncomingMessage, to: ServerResponse, fault: Extract<Fault, { status: number }>): void {
  from.resume();
  const xml = `<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>said by the fake</Message>${fault.xml ?? ''}</Error>`;
  to.writeHead(fault.status, { 'content-type': 'application/xml', ...fault.headers });
  to.end(from.method === 'HEAD' ? undefined : xml);
}

function pass(from: IncomingMessage, to: ServerResponse, port: number, fault: object): void {
  const { method, url } = from;
  const headers = { ...from.headers };
  if ('ignoresConditions' in fault) delete headers['if-match'];
  const onward = request({ port, host: '127.0.0.1', method, path: url, headers }, (answer) => {
    const changed = { ...answer.headers, ...('answer' in fault ? (fault.answer as object) : {}) };
    to.writeHead(answer.statusCode ?? 500, Object.fromEntries(Object.entries(changed).filter(([, value]) => value)));
    if ('dripMs' in fault) {
      drip(answer, to, Number(fault.dripMs));
      return;
    }
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      const limit = 'cutAfter' in fault ? Number(fault.cutAfter) : 'silent' in fault ? Number(fault.silent) : Infinity;
      const part = Buffer.from(chunk.subarray(0, Math.max(0, limit - bytes)));
      if ('damaged' in fault && bytes === 0 && part.length > 0) part[0] = (part[0] ?? 0) ^ 1;
      bytes += chunk.length;
      to.write(part, () => {
        if ('cutAfter' in fault && bytes >= limit) to.destroy();
      });
    });
    answer.on('end', () => {
      if (!('silent' in fault)) to.end();
    });
  });
  onward.on('error', () => to.destroy());
  from.pipe(onward);
}

function drip(answer: IncomingMessage, to: ServerResponse, everyMs: number): void {
  const timer = setInterval(() => {
    const byte = answer.read(1) as Buffer | null;
    if (byte !== null) to.write(byte);
  }, everyMs);
  to.once('close', () => clearInterval(timer));
}
