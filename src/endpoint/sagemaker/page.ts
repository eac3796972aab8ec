import { createHash } from 'node:crypto';
import { isObject, readJson } from '../../json/read-value.ts';
import { validationError } from './check-input.ts';

/** Which part of a list is asked for. */
export interface PageOptions {
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

/** The place of an item in a list: the key of the order, and what tells it from others with the same key. */
export type SortKey = readonly [number | string, string];

/** A part of a list, and the token of the next one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly NextToken?: string;
}

/** How a list is cut into pages. */
export interface Paging<Item> {
  /** The question without its page: a token is only for the same one. */
  readonly question: object;
  readonly defaultSize: number;
  readonly keyOf: (item: Item) => SortKey;
  readonly order: 'Ascending' | 'Descending';
}

/**
 * One page of a list, sorted by the keys of its items. The token names the last item of the page before: items that come or go
 * between two pages make no other one appear twice or be skipped.
 *
 * @throws ServiceError ValidationException for a token that is not from the same question.
 */
export function pageOf<Item>(found: readonly Item[], given: PageOptions, paging: Paging<Item>): Page<Item> {
  const { question, defaultSize, keyOf, order } = paging;
  const hash = createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 16);
  const last = given.NextToken ? readToken(given.NextToken, hash) : undefined;
  const direction = order === 'Ascending' ? 1 : -1;
  const rest = found
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => last === undefined || direction * compareKeys(key, last) > 0)
    .sort((a, b) => direction * compareKeys(a.key, b.key));
  const size = given.MaxResults ?? defaultSize;
  const shown = rest.slice(0, size);
  const end = shown.at(-1);
  const items = shown.map(({ item }) => item);
  if (rest.length <= size || end === undefined) return { items };
  return { items, NextToken: Buffer.from(JSON.stringify({ hash, key: end.key })).toString('base64url') };
}

// By code units: the order must not depend on the language of this machine.
function compareKeys([key, name]: SortKey, [otherKey, otherName]: SortKey): number {
  return compare(key, otherKey) || compare(name, otherName);
}

// Numbers come before texts.
function compare(a: number | string, b: number | string): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

function readToken(token: string, hash: string): SortKey {
  const content = readJson(Buffer.from(token, 'base64url').toString('utf8'));
  const key: unknown = isObject(content) && content['hash'] === hash ? content['key'] : undefined;
  const [first, second] = Array.isArray(key) ? (key as readonly unknown[]) : [];
  if ((typeof first === 'number' || typeof first === 'string') && typeof second === 'string') return [first, second];
  throw validationError('The NextToken is not one that this operation returned for the same filters and order.');
}
