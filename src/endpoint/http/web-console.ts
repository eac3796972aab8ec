import { bucketOfHost } from './allowed-hosts.ts';
import type { RequestHead } from './request-head.ts';
import type { ServiceAnswer } from './service.ts';

/** Below this path are pages for people. No bucket of S3 can have the name: it has an underscore. */
export const CONSOLE_PATH = '/_optml/';

/** A request for a page, whose `Host` is this endpoint. Nothing else of it is checked. */
export interface PageRequest extends Pick<RequestHead, 'method' | 'path' | 'query' | 'headers'> {
  /** Reads the whole body, which is small. @throws Refusal. */
  readBody(): Promise<string>;
}

/** Pages for people, with their own check of who may see them. */
export interface WebConsole {
  answer(request: PageRequest): Promise<ServiceAnswer>;
}

/** Whether a request is for a page: not one that an AWS client has signed, nor one for an object of the bucket in `Host`. */
export function isPageRequest({ path, headers }: RequestHead, hostNames: readonly string[]): boolean {
  return (
    (path === CONSOLE_PATH.slice(0, -1) || path.startsWith(CONSOLE_PATH)) &&
    headers.authorization === undefined &&
    bucketOfHost(headers.host, hostNames) === undefined
  );
}
