import { closeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { OpenObject, StoredObject } from '../buckets.ts';
import { ContentStream } from './content-stream.ts';
import type { MemoryBudget } from './memory-budget.ts';

/** The open files of objects, which a copy takes its bytes from. */
const DESCRIPTORS = new WeakMap<OpenObject, number>();

/** An object whose content is at the start of an open file, which it closes. */
export function openContent(object: StoredObject, descriptor: number, budget: MemoryBudget): OpenObject {
  let isOpen = true;
  const opened: OpenObject = {
    ...object,
    read: (start = 0, end = object.size): Readable => {
      isOpen = false;
      return new ContentStream({ descriptor, start, end, budget });
    },
    close: async () => {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
  DESCRIPTORS.set(opened, descriptor);
  return opened;
}

/** The open file that an object is read from; undefined for objects of other implementations. */
export function descriptorOf(object: OpenObject): number | undefined {
  return DESCRIPTORS.get(object);
}
