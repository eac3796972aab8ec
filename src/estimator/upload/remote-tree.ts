import type { S3Location } from '../../contract/location.ts';
import { s3Uri } from '../../contract/location.ts';
import type { ContentStore, ListedObject } from '../../storage/content-store.ts';
import { locationError } from './upload-error.ts';
import type { LocalLocation } from './uploader.ts';

/** Earlier trees whose files are looked at: the newest. */
const MOST_EARLIER = 4;
// A bucket can contain any number of objects, also of others.
const MOST_LISTED = 1_000_000;

/** The folder of the marks of a location's complete trees: no tree is called so. */
const MARKS = '.complete/';

/** Where a tree is in S3. */
export interface RemoteTree {
  readonly bucket: string;
  /** The key of the location's folder, with a slash at its end. */
  readonly locationKey: string;
  readonly hash: string;
}

/** The key of a tree's folder, with a slash at its end. */
export function treeKey({ locationKey, hash }: RemoteTree): string {
  return `${locationKey}${hash}/`;
}

/** Where the mark of a complete tree is. It is written last, and says only that the tree was once complete. */
export function markOf({ bucket, locationKey, hash }: RemoteTree): S3Location {
  return { bucket, key: `${locationKey}${MARKS}${hash}` };
}

/** The objects that a tree has already, by their paths. */
export async function presentObjects(
  store: ContentStore,
  tree: RemoteTree,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ListedObject>> {
  const key = treeKey(tree);
  const objects = new Map<string, ListedObject>();
  for await (const object of store.list({ bucket: tree.bucket, key }, { signal })) {
    // What consoles create for a folder is no file of a channel.
    if (!object.key.endsWith('/')) objects.set(object.key.slice(key.length), object);
    if (objects.size >= MOST_LISTED) break;
  }
  return objects;
}

/** Checks that the tree has no other objects: a job would get them as files. @throws OptmlError that names them. */
export function refuseOthers(
  location: LocalLocation,
  tree: RemoteTree,
  present: ReadonlyMap<string, ListedObject>,
  paths: ReadonlySet<string>,
): void {
  const [other, ...more] = [...present.keys()].filter((path) => !paths.has(path));
  if (other === undefined) return;
  const uri = s3Uri({ bucket: tree.bucket, key: `${treeKey(tree)}${other}` });
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  throw locationError(
    location,
    `${uri}${others} is not in ${location.path}, and the job would get it too`,
    `Remove it: aws s3 rm "${uri}"`,
  );
}

/** Objects of earlier trees. */
export interface EarlierObjects {
  /** By {@link sameness}. */
  readonly bySameness: ReadonlyMap<string, ListedObject>;
  /** By their paths: of several trees, that of the newest. */
  readonly byPath: ReadonlyMap<string, ListedObject>;
}

/** Objects of the newest earlier trees. Nothing that is there is believed: each copy is checked. */
export async function earlierObjects(
  store: ContentStore,
  tree: RemoteTree,
  signal: AbortSignal,
): Promise<EarlierObjects> {
  const { bucket, locationKey } = tree;
  const marks: ListedObject[] = [];
  for await (const mark of store.list({ bucket, key: `${locationKey}${MARKS}` }, { signal })) {
    if (/^[0-9a-f]{40}$/.test(hashOf(mark)) && hashOf(mark) !== tree.hash) marks.push(mark);
    if (marks.length >= MOST_LISTED) break;
  }
  const newest = marks.sort((a, b) => b.writtenMs - a.writtenMs).slice(0, MOST_EARLIER);
  const bySameness = new Map<string, ListedObject>();
  const byPath = new Map<string, ListedObject>();
  for (const mark of newest) {
    for (const [path, object] of await presentObjects(store, { ...tree, hash: hashOf(mark) }, signal)) {
      if (object.etag !== undefined) bySameness.set(sameness(object.bytes, object.etag), object);
      if (!byPath.has(path)) byPath.set(path, object);
    }
  }
  return { bySameness, byPath };
}

/** What two objects of the same content have in common. */
export function sameness(bytes: number, etag: string): string {
  return `${bytes} ${etag}`;
}

function hashOf({ key }: ListedObject): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
