import { mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readFileBytes } from './read-bytes.ts';

/** Up to so much is kept in memory. */
const MEMORY_BYTES = 4 * 1024 * 1024;

/** What gives bytes, and how many it gives. */
export interface KnownLength {
  readonly bytes: number;
  readonly content: AsyncIterable<Buffer>;
  /** Removes what was written down. */
  close(): Promise<void>;
}

/** Finds out how long `content` is, whose end tells it only: small ones in memory, others by way of the file `spool`. */
export async function measure(content: AsyncIterable<Buffer>, spool: string): Promise<KnownLength> {
  const kept: Buffer[] = [];
  let bytes = 0;
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  const close = () => rm(spool, { force: true });
  try {
    for await (const chunk of content) {
      bytes += chunk.length;
      kept.push(chunk);
      if (bytes <= MEMORY_BYTES) continue;
      if (handle === undefined) {
        await mkdir(dirname(spool), { recursive: true });
        handle = await open(spool, 'w', 0o600);
      }
      await handle.writeFile(Buffer.concat(kept));
      kept.length = 0;
    }
  } catch (error) {
    await handle?.close();
    await close();
    throw error;
  }
  if (handle === undefined) return { bytes, content: inOrder(kept), close: async () => {} };
  await handle.close();
  return { bytes, content: readFileBytes(spool), close };
}

async function* inOrder(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}
