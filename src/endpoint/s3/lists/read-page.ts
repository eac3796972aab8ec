import type { Bucket, ListedObject, ListQuery } from '../../../buckets/buckets.ts';

export interface ListPage {
  readonly objects: readonly ListedObject[];
  readonly prefixes: readonly string[];
  /** The last entry: key or common prefix. Undefined on an empty page. */
  readonly last: string | undefined;
  readonly isTruncated: boolean;
}

/** The next entries of a bucket; common prefixes count as objects do. */
export async function readPage(bucket: Bucket, query: ListQuery, limit: number): Promise<ListPage> {
  const objects: ListedObject[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  if (limit === 0) return { objects, prefixes, last, isTruncated: false };
  for await (const entry of bucket.entries(query)) {
    if (objects.length + prefixes.length === limit) return { objects, prefixes, last, isTruncated: true };
    if (entry.kind === 'object') objects.push(entry.object);
    else prefixes.push(entry.prefix);
    last = entry.kind === 'object' ? entry.object.key : entry.prefix;
  }
  return { objects, prefixes, last, isTruncated: false };
}
