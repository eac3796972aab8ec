import { open } from 'node:fs/promises';
import type { Location } from '../channel-location.ts';
import type { Sources } from './sources.ts';

/** As much as a pipe takes at once on Linux. */
const CHUNK_BYTES = 65_536;

/** The bytes at a place, as they come. Nothing stays open when the loop is left. */
export async function* readBytes(location: Location, sources: Sources): AsyncGenerator<Buffer> {
  if ('path' in location) yield* readFileBytes(location.path);
  else yield* (await sources.storage()).readObject(location.s3, { signal: sources.signal });
}

/** The bytes of a file. */
export async function* readFileBytes(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file);
  try {
    for (;;) {
      // A new one each time: the last may still wait to be written.
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
