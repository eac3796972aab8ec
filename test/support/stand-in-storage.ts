import { readFileSync } from 'node:fs';
import type { S3Location } from '../../src/contract/location.ts';
import type { ObjectStorage, TransferOptions } from '../../src/storage/object-storage.ts';

/** A storage in memory that replaces S3: it fails, waits and counts like a test wants. It only takes uploads. */
export class StandInStorage implements ObjectStorage {
  /** Key → content. */
  readonly objects = new Map<string, Buffer>();
  /** The keys of all uploads that were begun, in their order. */
  readonly begun: string[] = [];
  underWay = 0;
  mostAtOnce = 0;
  isClosed = false;
  /** Called as each upload begins: what it throws, the upload throws. */
  onUpload: (key: string, file: string, signal: AbortSignal | undefined) => void | Promise<void> = () => undefined;

  async uploadFile(file: string, { key }: S3Location, { signal, onBytes }: TransferOptions = {}) {
    this.begun.push(key);
    this.underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay);
    try {
      await this.onUpload(key, file, signal);
      signal?.throwIfAborted();
      const content = readFileSync(file);
      this.objects.set(key, content);
      onBytes?.(content.length);
      return { objects: 1, bytes: content.length };
    } finally {
      this.underWay -= 1;
    }
  }

  /** The keys, sorted. */
  keys(): readonly string[] {
    return [...this.objects.keys()].sort();
  }

  /** The content of an object as text. */
  text(key: string): string | undefined {
    return this.objects.get(key)?.toString('utf8');
  }

  close(): void {
    this.isClosed = true;
  }

  checkBucket = unexpected;
  objectBytes = unexpected;
  downloadObject = unexpected;
  downloadPrefix = unexpected;
  deleteObject = unexpected;
  listObjects = unexpectedList;
  readObject = unexpectedList;
}

function unexpected(): Promise<never> {
  return Promise.reject(new Error('this storage only takes uploads'));
}

function unexpectedList(): never {
  throw new Error('this storage only takes uploads');
}
