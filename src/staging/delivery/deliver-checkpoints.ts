import { join } from 'node:path';
import type { CheckpointStore } from '../checkpoint-store.ts';
import { writtenBelow } from './written-files.ts';

/** How checkpoints are delivered. */
export interface DeliverCheckpointsOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (what: string, doneBytes: number, totalBytes: number | undefined) => void;
}

/**
 * Copies the checkpoints in the folders `dirs` of a job's hosts to their location, for each path the file that was written
 * last. A file at the location that was written later stays: it is the same, or that of a newer job.
 *
 * @throws OptmlError and system errors of the store and of files that cannot be read; the signal's reason.
 */
export async function deliverCheckpoints(
  dirs: readonly string[],
  store: CheckpointStore,
  { signal, onProgress }: DeliverCheckpointsOptions,
): Promise<void> {
  onProgress('Copying the checkpoints', 0, undefined);
  const newest = new Map<string, { readonly file: string; readonly writtenMs: number }>();
  for (const dir of dirs) {
    for (const [path, writtenMs] of await writtenBelow(dir, signal)) {
      if (writtenMs >= (newest.get(path)?.writtenMs ?? 0)) newest.set(path, { file: join(dir, path), writtenMs });
    }
  }
  const atLocation = await store.written(signal);
  for (const [path, { file, writtenMs }] of newest) {
    signal.throwIfAborted();
    if ((atLocation.get(path) ?? 0) < writtenMs) await store.save(file, path, signal);
  }
}
