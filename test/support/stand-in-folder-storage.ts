import { copyFileSync, createReadStream, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { S3Location } from '../../src/contract/location.ts';
import type { ChannelStorage } from '../../src/staging/channels/objects/object-reader.ts';
import { pathOfKey } from '../../src/storage/object-names.ts';
import type { TransferOptions } from '../../src/storage/object-storage.ts';

/** A folder that replaces S3: `ROOT/BUCKET/KEY`. */
export interface StandInStorage extends ChannelStorage {
  /** Bytes that `readObject` has given so far. */
  readonly readBytes: number;
}

/** Reads objects from the folder `root`, a bucket a folder. Only what channels need. */
export function standInStorage(root: string): StandInStorage {
  const fileOf = ({ bucket, key }: S3Location) => join(root, bucket, key);
  let readBytes = 0;
  const list = ({ bucket, key }: S3Location) =>
    readdirSync(join(root, bucket), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(join(root, bucket), join(entry.parentPath, entry.name)))
      .filter((found) => found.startsWith(key))
      .sort()
      .map((found) => ({ key: found, bytes: statSync(join(root, bucket, found)).size }));
  const download = (location: S3Location, file: string, options: TransferOptions = {}) => {
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(fileOf(location), file);
    options.onBytes?.(statSync(file).size);
    return statSync(file).size;
  };
  const refuse = () => Promise.reject(new Error('the stand-in does not upload'));
  return {
    get readBytes() {
      return readBytes;
    },
    checkBucket: async () => {},
    objectBytes: async (location) => (existsSync(fileOf(location)) ? statSync(fileOf(location)).size : undefined),
    downloadObject: async (location, file, options) => ({ objects: 1, bytes: download(location, file, options) }),
    downloadPrefix: async (location, dir, options) => {
      let bytes = 0;
      const objects = list(location);
      for (const { key } of objects) {
        const target = pathOfKey(key, location.key);
        if ('refused' in target) throw new Error(target.refused);
        bytes += download({ ...location, key }, join(dir, target.path), options);
      }
      return { objects: objects.length, bytes };
    },
    uploadFile: refuse,
    deleteObject: refuse,
    listObjects: async function* (location) {
      for (const object of list(location)) yield { ...object, writtenMs: 0 };
    },
    readObject: async function* (location) {
      for await (const chunk of createReadStream(fileOf(location))) {
        readBytes += chunk.length;
        yield chunk as Buffer;
      }
    },
    close: () => {},
  };
}
