import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Caller } from './caller.ts';

/** A request whose sender is known. Nothing of its body has been read. */
export interface ServiceRequest {
  /** The id of the answer, by which a log line and an error can be found together. */
  readonly id: string;
  readonly method: string;
  /** As it was sent, percent-encoded, from the first slash up to the question mark. */
  readonly path: string;
  /** Decoded, in the order in which it was sent. */
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly caller: Caller;
  /** The bytes behind HTTP's own framing. Who reads them bounds them. */
  readonly body: Readable;
  /** Aborted when the client has gone, or the endpoint is closed. */
  readonly signal: AbortSignal;
}

/**
 * A form that a browser or program sends to S3 (`POST` with `multipart/form-data`): its signature is one of the fields in
 * the body, so its sender is unknown before they are read.
 */
export interface FormRequest extends Omit<ServiceRequest, 'caller'> {
  /**
   * Checks the signature and the policy against the fields before the file (names in lower case).
   *
   * @throws ServiceError of S3.
   */
  identify(fields: ReadonlyMap<string, string>, bucket: string): Promise<SignedForm>;
}

/** What the fields of a form show. */
export interface SignedForm {
  readonly caller: Caller;
  /** What the policy allows for the file, in bytes. */
  readonly minBytes: number;
  readonly maxBytes: number;
}

/** What a service answers. The server adds `Date`, the request id and, for a body that is no stream, `Content-Length`. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is destroyed when the client goes. */
  readonly body?: string | Uint8Array | Readable;
}

/** One AWS service at the endpoint. */
export interface Service {
  /** Answers a request, errors included: what it throws is a defect, which the client sees as a status of 500. */
  answer(request: ServiceRequest): Promise<ServiceAnswer>;
  /** Answers a form as {@link answer} does. Without it, forms are refused. */
  answerForm?(request: FormRequest): Promise<ServiceAnswer>;
}
