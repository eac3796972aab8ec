import { forEachAtOnce } from '../../concurrency/for-each-at-once.ts';
import { withScope } from '../../concurrency/scope.ts';
import type { ContentStore, ListedObject } from '../../storage/content-store.ts';
import { etagOf, type KnownContent } from '../../storage/content-sums.ts';
import { checkKey, locationKey } from './object-keys.ts';
import {
  earlierObjects,
  markOf,
  presentObjects,
  type RemoteTree,
  refuseOthers,
  sameness,
  treeKey,
} from './remote-tree.ts';
import { treeHash } from './tree-hash.ts';
import type { FileCount, LocalLocation, UploadTarget } from './uploader.ts';

/** A file of a tree: where it is here, and what it contains. */
export interface TreeFile {
  /** Below the tree, with slashes. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  readonly content: KnownContent;
}

/** A tree that S3 should have. */
export interface LocalTree {
  readonly location: LocalLocation;
  readonly files: readonly TreeFile[];
}

/** What trees are sent with. */
export interface SendContext {
  readonly store: ContentStore;
  readonly target: UploadTarget;
  readonly signal: AbortSignal;
  /** Receives the bytes of files that are settled. */
  readonly onBytes: (bytes: number) => void;
}

/** What of a tree S3 has, and where the rest is. */
export interface TreePlan {
  readonly tree: RemoteTree;
  readonly present: readonly TreeFile[];
  readonly copies: readonly { readonly file: TreeFile; readonly from: ListedObject }[];
  readonly missing: readonly TreeFile[];
}

/** What was done for a tree. */
export interface SentTree {
  readonly present: FileCount;
  readonly copied: FileCount;
  readonly sent: FileCount;
}

// Requests at the same time; the parts of large files have a limit of their own.
const REQUESTS = 24;

/** Compares a tree with what S3 has. Changes nothing. @throws OptmlError for names that no key can have; those of S3. */
export async function planTree({ location, files }: LocalTree, context: SendContext): Promise<TreePlan> {
  const { store, target, signal } = context;
  const hash = treeHash(files, target.kmsKeyId);
  const tree: RemoteTree = { bucket: target.bucket, locationKey: locationKey(target, location), hash };
  for (const { path } of files) checkKey(location, treeKey(tree), path);
  const objects = await presentObjects(store, tree, signal);
  refuseOthers(location, tree, objects, new Set(files.map(({ path }) => path)));
  const present: TreeFile[] = [];
  const absent: TreeFile[] = [];
  const isPresent = isPresentIn(objects, tree, context);
  await inParallel(files, signal, async (file, inScope) => {
    ((await isPresent(file, inScope)) ? present : absent).push(file);
  });
  if (absent.length === 0) return { tree, present, copies: [], missing: [] };
  return { tree, present, ...(await findCopies(absent, tree, context)) };
}

/** Finds files among the objects of earlier trees: by size and ETag. */
async function findCopies(
  files: readonly TreeFile[],
  tree: RemoteTree,
  { store, target, signal }: SendContext,
): Promise<Pick<TreePlan, 'copies' | 'missing'>> {
  const { bySameness, byPath } = await earlierObjects(store, tree, signal);
  const copies: { file: TreeFile; from: ListedObject }[] = [];
  const missing: TreeFile[] = [];
  const find = async ({ path, content }: TreeFile, inScope: AbortSignal): Promise<ListedObject | undefined> => {
    const same = bySameness.get(sameness(content.bytes, etagOf(content)));
    const namesake = byPath.get(path);
    // Where KMS encrypts, the ETag says nothing about the content.
    if (same !== undefined || target.kmsKeyId === undefined || namesake?.bytes !== content.bytes) return same;
    const location = { bucket: tree.bucket, key: namesake.key };
    return (await store.has(location, content, { signal: inScope })) ? namesake : undefined;
  };
  await inParallel(files, signal, async (file, inScope) => {
    const from = await find(file, inScope);
    if (from === undefined) missing.push(file);
    else copies.push({ file, from });
  });
  return { copies, missing };
}

/** Copies and sends what is missing of a tree, and marks it as complete. */
export async function sendTree(plan: TreePlan, context: SendContext): Promise<SentTree> {
  const { store, target, signal, onBytes } = context;
  const { tree, present, copies, missing } = plan;
  const { kmsKeyId } = target;
  const locationOf = ({ path }: TreeFile) => ({ bucket: tree.bucket, key: `${treeKey(tree)}${path}` });
  for (const { content } of present) onBytes(content.bytes);
  const toSend = [...missing];
  const copied: TreeFile[] = [];
  await inParallel(copies, signal, async ({ file, from }, inScope) => {
    const source = { location: { bucket: tree.bucket, key: from.key }, etag: from.etag ?? '' };
    const isCopied = await store.copy(source, file.content, locationOf(file), { signal: inScope, onBytes, kmsKeyId });
    (isCopied ? copied : toSend).push(file);
  });
  let sentBytes = 0;
  await inParallel(toSend, signal, async (file, inScope) => {
    const options = { signal: inScope, onBytes, kmsKeyId };
    const bytes = await store.send(file.file, file.content, locationOf(file), options);
    sentBytes += bytes;
  });
  const mark = { version: 1, files: present.length + copies.length + missing.length };
  await store.put(Buffer.from(`${JSON.stringify(mark)}\n`), markOf(tree), { signal, kmsKeyId });
  return { present: countOf(present), copied: countOf(copied), sent: { files: toSend.length, bytes: sentBytes } };
}

/** Files and bytes of a list. */
export function countOf(files: readonly TreeFile[]): FileCount {
  return { files: files.length, bytes: files.reduce((sum, { content }) => sum + content.bytes, 0) };
}

function isPresentIn(objects: ReadonlyMap<string, ListedObject>, tree: RemoteTree, { store }: SendContext) {
  return async ({ path, content }: TreeFile, signal: AbortSignal): Promise<boolean> => {
    const object = objects.get(path);
    if (object === undefined || object.bytes !== content.bytes) return false;
    if (object.etag === etagOf(content)) return true;
    // Where KMS encrypts, the ETag says nothing about the content.
    return await store.has({ bucket: tree.bucket, key: object.key }, content, { signal });
  };
}

async function inParallel<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  await withScope(signal, (scope) => forEachAtOnce(items, REQUESTS, scope, (item) => work(item, scope.signal)));
}
