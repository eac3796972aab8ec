import { chunksOf, openInputHandle } from '../../../job-tree/input/input-handle.ts';
import type { Location } from '../channel-location.ts';
import type { Sources } from './sources.ts';

/** The bytes at a place, as they come. Nothing stays open when the loop is left. */
export async function* readBytes(location: Location, sources: Sources): AsyncGenerator<Buffer> {
  if ('path' in location) yield* readFileBytes(location.path);
  else yield* (await sources.storage()).readObject(location.s3, { signal: sources.signal });
}

/** The bytes of a file. @throws UnusableInput if it is no regular file, or changes meanwhile; the system's error. */
export async function* readFileBytes(file: string): AsyncGenerator<Buffer> {
  const handle = await openInputHandle(file);
  try {
    yield* chunksOf(handle);
  } finally {
    await handle.close();
  }
}
