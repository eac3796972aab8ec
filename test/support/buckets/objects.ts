import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type {
  Bucket,
  Check,
  ListEntry,
  ListQuery,
  ObjectAttributes,
  StoredObject,
} from '../../../src/buckets/buckets.ts';

export function md5(content: string | Uint8Array): string {
  return createHash('md5').update(content).digest('hex');
}

/** Attributes of an object with this content, and others where a test needs them. */
export function attributesOf(content: string | Uint8Array, others: Partial<ObjectAttributes> = {}): ObjectAttributes {
  return {
    etag: md5(content),
    checksum: undefined,
    headers: {},
    userMetadata: {},
    tags: [],
    parts: undefined,
    ...others,
  };
}

export async function put(bucket: Bucket, key: string, content: string, check?: Check): Promise<StoredObject> {
  const writer = await bucket.write();
  try {
    await writer.write(Buffer.from(content));
    return await writer.commit(key, attributesOf(content), check);
  } finally {
    await writer.discard();
  }
}

/** The content of an object; undefined if there is none. */
export async function get(bucket: Bucket, key: string): Promise<string | undefined> {
  const object = await bucket.open(key);
  return object && (await text(object.read()));
}

/** What a list shows: keys, and prefixes with a mark. */
export async function listed(bucket: Bucket, query: Partial<ListQuery> = {}): Promise<readonly string[]> {
  const shown: string[] = [];
  for await (const entry of bucket.entries({ prefix: '', ...query })) shown.push(shownEntry(entry));
  return shown;
}

function shownEntry(entry: ListEntry): string {
  return entry.kind === 'object' ? entry.object.key : `PREFIX ${entry.prefix}`;
}

/** What S3 lists of these keys, by a slower way. */
export function expectedList(keys: readonly string[], { prefix = '', delimiter, after }: Partial<ListQuery>): string[] {
  const bytes = (one: string) => Buffer.from(one);
  const shown = new Map<string, string>();
  for (const key of [...keys].filter((name) => name.startsWith(prefix))) {
    const at = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    if (delimiter === undefined || at < 0) shown.set(key, key);
    else shown.set(key.slice(0, at + delimiter.length), `PREFIX ${key.slice(0, at + delimiter.length)}`);
  }
  return [...shown.keys()]
    .filter((name) => after === undefined || Buffer.compare(bytes(name), bytes(after)) > 0)
    .sort((one, other) => Buffer.compare(bytes(one), bytes(other)))
    .map((name) => shown.get(name) as string);
}
