import { invalidArgument } from '../errors.ts';

/** Entries on a page of any list of S3, at most. */
export const MAX_PAGE = 1000;

/** The number of entries that a request wants, such as `max-keys`, at most {@link MAX_PAGE}. @throws ServiceError InvalidArgument */
export function readLimit(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text === null || text === '') return MAX_PAGE;
  if (!/^\d+$/.test(text) || Number(text) > 0x7fffffff) {
    throw invalidArgument(name, text, `Provided ${name} not an integer or within integer range`);
  }
  return Math.min(MAX_PAGE, Number(text));
}

/** A parameter that is not empty. */
export function readText(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  return text === null || text === '' ? undefined : text;
}
