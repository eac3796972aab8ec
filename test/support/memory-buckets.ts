import { Readable } from 'node:stream';
import type {
  Bucket,
  Buckets,
  ListEntry,
  ObjectAttributes,
  ObjectWriter,
  OpenObject,
  StoredObject,
  Upload,
  UploadedPart,
  Uploads,
} from '../../src/buckets/buckets.ts';

interface Content extends StoredObject {
  readonly bytes: Buffer;
}

interface Started {
  readonly upload: Upload;
  readonly parts: Map<number, { readonly part: UploadedPart; readonly bytes: Buffer }>;
}

/** Buckets in memory: the simplest ones that follow the interface, as a model for tests. */
export function memoryBuckets(): Buckets {
  const buckets = new Map<string, { readonly bucket: Bucket; readonly isEmpty: () => boolean }>();
  return {
    list: () => [...buckets.values()].map(({ bucket }) => bucket).sort((a, b) => (a.name < b.name ? -1 : 1)),
    find: (name) => buckets.get(name)?.bucket,
    create: async (name, region) => {
      const made = memoryBucket(name, region);
      buckets.set(name, made);
      return made.bucket;
    },
    remove: async (name) => {
      if (buckets.get(name)?.isEmpty() !== true) return false;
      return buckets.delete(name);
    },
    close: async () => undefined,
  };
}

function memoryBucket(name: string, region: string): { readonly bucket: Bucket; readonly isEmpty: () => boolean } {
  const objects = new Map<string, Content>();
  const uploads = new Map<string, Started>();
  const store = (key: string, attributes: ObjectAttributes, bytes: Buffer): StoredObject => {
    const content = { key, size: bytes.length, modifiedAt: new Date(), ...attributes, bytes };
    objects.set(key, content);
    return content;
  };
  const bucket: Bucket = {
    name,
    region,
    createdAt: new Date(),
    keyProblem: () => undefined,
    head: async (key) => objects.get(key),
    open: async (key) => openObject(objects.get(key)),
    write: async () => memoryWriter({ objects, uploads, store }),
    setTags: async (key, tags) => {
      const found = objects.get(key);
      if (found !== undefined) objects.set(key, { ...found, tags });
      return found !== undefined;
    },
    delete: async (key, check) => {
      const found = objects.get(key);
      check?.(found);
      objects.delete(key);
      return found;
    },
    entries: async function* ({ prefix, delimiter, after }) {
      yield* listEntries([...objects.values()], { prefix, delimiter, after });
    },
    uploads: memoryUploads({ objects, uploads, store }),
  };
  return { bucket, isEmpty: () => objects.size === 0 && uploads.size === 0 };
}

interface Store {
  readonly objects: Map<string, Content>;
  readonly uploads: Map<string, Started>;
  readonly store: (key: string, attributes: ObjectAttributes, bytes: Buffer) => StoredObject;
}

function* listEntries(
  objects: readonly Content[],
  { prefix, delimiter, after }: { prefix: string; delimiter: string | undefined; after: string | undefined },
): Generator<ListEntry> {
  let common: string | undefined;
  for (const object of objects.toSorted((a, b) => compareKeys(a.key, b.key))) {
    if (!object.key.startsWith(prefix)) continue;
    const end = delimiter === undefined ? -1 : object.key.indexOf(delimiter, prefix.length);
    const name = end < 0 ? object.key : object.key.slice(0, end + (delimiter?.length ?? 0));
    if (after !== undefined && compareKeys(name, after) <= 0) continue;
    if (end < 0) yield { kind: 'object', object };
    else if (name !== common) {
      common = name;
      yield { kind: 'prefix', prefix: name };
    }
  }
}

function openObject(content: Content | undefined): OpenObject | undefined {
  if (content === undefined) return undefined;
  const { bytes, ...stored } = content;
  return {
    ...stored,
    read: (start = 0, end = bytes.length) => Readable.from([bytes.subarray(start, end)], { objectMode: false }),
    close: async () => undefined,
  };
}

function memoryWriter({ objects, uploads, store }: Store): ObjectWriter {
  const pieces: Uint8Array[] = [];
  return {
    write: async (piece) => void pieces.push(Buffer.from(piece)),
    writeFrom: async (source, start, end) => {
      for await (const piece of source.read(start, end)) pieces.push(piece);
    },
    commit: async (key, attributes, check) => {
      check?.(objects.get(key));
      return store(key, attributes, Buffer.concat(pieces));
    },
    commitPart: async (upload, number, attributes) => {
      const bytes = Buffer.concat(pieces);
      const part = { number, size: bytes.length, modifiedAt: new Date(), ...attributes };
      uploads.get(upload.id)?.parts.set(number, { part, bytes });
      return part;
    },
    discard: async () => void pieces.splice(0),
  };
}

function memoryUploads({ objects, uploads, store }: Store): Uploads {
  let count = 0;
  return {
    begin: async (key, wanted) => {
      count += 1;
      const upload = { ...wanted, id: `upload-${count}`, key, startedAt: new Date() };
      uploads.set(upload.id, { upload, parts: new Map() });
      return upload;
    },
    find: async (key, id) => {
      const upload = uploads.get(id)?.upload;
      return upload?.key === key ? upload : undefined;
    },
    list: async () => [...uploads.values()].map(({ upload }) => upload).sort((a, b) => compareKeys(a.key, b.key)),
    parts: async ({ id }) =>
      [...(uploads.get(id)?.parts.values() ?? [])].map(({ part }) => part).sort((a, b) => a.number - b.number),
    complete: async (upload, parts, attributes, check) => {
      check?.(objects.get(upload.key));
      const written = uploads.get(upload.id)?.parts;
      const bytes = parts.map(({ number }) => written?.get(number)?.bytes ?? Buffer.alloc(0));
      uploads.delete(upload.id);
      return store(upload.key, attributes, Buffer.concat(bytes));
    },
    abort: async ({ id }) => void uploads.delete(id),
  };
}

/** The order of S3's lists: that of the UTF-8 bytes. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
