import { Readable } from 'node:stream';
import { type GivenSignature, givenSignature, type Scope } from '../signature/given-signature.ts';
import { sha256Hex } from '../signature/sha256.ts';
import type { Verifier } from '../signature/verifier.ts';
import { bucketOfHost, refuseForeignHosts, refuseWebPages } from './allowed-hosts.ts';
import type { Exchange } from './exchange.ts';
import type { Limits } from './limits.ts';
import { isServiceName, type Protocol, protocolOf, type ServiceName, targetService } from './protocol.ts';
import { bodyReader } from './read-body.ts';
import { Refusal } from './refusal.ts';
import { defectAnswer, refusalAnswer, s3ErrorOf } from './refusal-answer.ts';
import { type RequestHead, requestHead } from './request-head.ts';
import type { FormRequest, Service, ServiceAnswer, ServiceRequest } from './service.ts';
import { isPageRequest, type WebConsole } from './web-console.ts';

/** The services of an endpoint by the names that signatures have for them. */
export type Services = { readonly [Name in ServiceName]?: Service };

export interface HandlerSettings {
  readonly services: Services;
  readonly verifier: Verifier;
  /** Pages for people, if there are any. */
  readonly webConsole?: WebConsole | undefined;
  /** Names in `Host` headers beside those of the loopback interface. */
  readonly hostNames: readonly string[];
  readonly limits: Limits;
  /** Reports what a service threw. */
  readonly onDefect: (error: unknown, id: string) => void;
}

/** Returns a function that finds the answer to a request. It never throws: what services throw becomes a status of 500. */
export function requestHandler(settings: HandlerSettings): (exchange: Exchange) => Promise<ServiceAnswer> {
  const { services, verifier, webConsole, hostNames, limits, onDefect } = settings;
  const readBody = bodyReader(limits);

  return async function handle(exchange) {
    // What is known of the client's protocol so far.
    let protocol: Protocol = 'rest-xml';
    try {
      const head = requestHead(exchange.request, limits);
      protocol = protocolOf(head, undefined);
      if (webConsole !== undefined && isPageRequest(head, hostNames))
        return await answerPage(exchange, head, webConsole);
      refuseWebPages(head, hostNames);
      const given = givenSignature(head);
      if (given === undefined) return await answerUnsigned(exchange, head);
      const scope = scopeOf(given);
      protocol = protocolOf(head, scope);
      verifier.check(given);
      const service = serviceFor(services, head, scope);
      return scope.service === 's3'
        ? await answerS3(exchange, { head, given, service })
        : await answerWhole(exchange, { head, given, service });
    } catch (error) {
      if (error instanceof Refusal) return refusalAnswer(error, protocol, exchange.id);
      if (!exchange.request.socket.destroyed) onDefect(error, exchange.id);
      return defectAnswer(protocol, exchange.id);
    }
  };

  async function answerPage(exchange: Exchange, head: RequestHead, pages: WebConsole): Promise<ServiceAnswer> {
    refuseForeignHosts(head, hostNames);
    return pages.answer({
      ...head,
      async readBody() {
        sendContinue(exchange);
        const { bytes, release } = await readBody(exchange.request);
        release();
        return bytes.toString('utf8');
      },
    });
  }

  // S3's signatures say what they cover of the body: the service reads it.
  async function answerS3(exchange: Exchange, { head, given, service }: Addressed): Promise<ServiceAnswer> {
    const bucket = bucketOfHost(head.headers.host, hostNames);
    const caller = await verifier.verify({ head, given, bodySha256: undefined, bucket });
    sendContinue(exchange);
    return service.answer({ ...requestOf(exchange, head, exchange.request), caller });
  }

  // Other signatures cover the body, so that it is read first.
  async function answerWhole(exchange: Exchange, { head, given, service }: Addressed): Promise<ServiceAnswer> {
    sendContinue(exchange);
    const { bytes, release } = await readBody(exchange.request);
    try {
      const caller = await verifier.verify({ head, given, bodySha256: sha256Hex(bytes), bucket: undefined });
      return await service.answer({
        ...requestOf(exchange, head, Readable.from([bytes], { objectMode: false })),
        caller,
      });
    } finally {
      release();
    }
  }

  async function answerUnsigned(exchange: Exchange, head: RequestHead): Promise<ServiceAnswer> {
    const answerForm = isForm(head) ? services.s3?.answerForm : undefined;
    if (answerForm === undefined) throw new Refusal('unsigned');
    sendContinue(exchange);
    const identify: FormRequest['identify'] = (fields, bucket) =>
      verifier.identifyForm(fields, bucket).catch((error) => {
        throw error instanceof Refusal ? s3ErrorOf(error) : error;
      });
    return answerForm.call(services.s3, { ...requestOf(exchange, head, exchange.request), identify });
  }
}

/** A request with the service that it is for. */
interface Addressed {
  readonly head: RequestHead;
  readonly given: GivenSignature;
  readonly service: Service;
}

/** A form of S3 is signed in its fields. */
function isForm({ method, headers }: RequestHead): boolean {
  return method === 'POST' && /^multipart\/form-data\s*;/i.test(headers['content-type'] ?? '');
}

function scopeOf(given: GivenSignature): Scope {
  if (given.kind !== 'version-2') return given.scope;
  return { accessKeyId: given.accessKeyId, date: '', region: '', service: 's3' };
}

function serviceFor(services: Services, head: RequestHead, { service: name }: Scope): Service {
  const service = isServiceName(name) ? services[name] : undefined;
  if (service === undefined) {
    throw new Refusal('no-such-service', `The service "${name}" is not part of optml.`);
  }
  const target = targetService(head);
  if (target !== undefined && target !== name) {
    throw new Refusal('wrong-signature', `Credential should be scoped to correct service: '${target}'.`);
  }
  return service;
}

function requestOf(exchange: Exchange, head: RequestHead, body: Readable): Omit<ServiceRequest, 'caller'> {
  const { method, path, query, headers } = head;
  return { id: exchange.id, method, path, query, headers, body, signal: exchange.abort.signal };
}

function sendContinue(exchange: Exchange): void {
  if (!exchange.awaitsContinue) return;
  exchange.awaitsContinue = false;
  exchange.response.writeContinue();
}
