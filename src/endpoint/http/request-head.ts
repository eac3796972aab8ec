import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Limits } from './limits.ts';
import { Refusal } from './refusal.ts';

/** What a request says before its body. */
export interface RequestHead {
  readonly method: string;
  /** As it was sent, percent-encoded, from the first slash up to the question mark. */
  readonly path: string;
  /** Decoded, in the order in which it was sent. */
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
}

/** @throws Refusal for a target that is no path, or too much of anything. */
export function requestHead(request: IncomingMessage, limits: Limits): RequestHead {
  const { method = '', url = '', headers, rawHeaders } = request;
  if (!url.startsWith('/')) throw new Refusal('malformed-request', 'The request target must be a path.');
  if (!/^[!-~]*$/.test(url)) throw new Refusal('malformed-request', 'The request target must be percent-encoded.');
  if (rawHeaders.length / 2 > limits.headerCount)
    throw new Refusal('malformed-request', 'The request has too many headers.');
  const mark = url.indexOf('?');
  const search = mark < 0 ? '' : url.slice(mark + 1);
  if (search.length > limits.queryBytes)
    throw new Refusal('malformed-request', 'The query of the request is too long.');
  const path = mark < 0 ? url : url.slice(0, mark);
  return { method, path, query: new URLSearchParams(search), headers, rawHeaders };
}
