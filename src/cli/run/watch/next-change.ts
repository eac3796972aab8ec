import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import { monotonicMs } from '../../../concurrency/clock.ts';
import { changedFiles, readState, type SourceState, type WatchedRoot } from './source-state.ts';

// Editors and compilers write several files one after another.
const QUIET_MS = 150;
// Something that writes all the time must not delay a run indefinitely.
const LONGEST_DELAY_MS = 2000;
// For file systems that report nothing, such as those of networks, and for more folders than the system can watch.
const POLL_MS = 2000;
// The share of the time that looks at a large source may take is one in so many.
const POLL_SHARE = 20;

/**
 * Resolves with the files that differ from the state `before`, as soon as nothing has changed for a moment; with none if
 * `signal` is aborted. The watches of the system only say when to look: the states decide.
 */
export function nextChange(
  roots: readonly WatchedRoot[],
  before: SourceState,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const watchers = new Map<string, FSWatcher>();
    let seen = before;
    let firstAt: number | undefined;
    let quiet: NodeJS.Timeout | undefined;
    let poll: NodeJS.Timeout | undefined;
    const end = (files: readonly string[]) => {
      clearTimeout(quiet);
      clearTimeout(poll);
      signal.removeEventListener('abort', abort);
      for (const watcher of watchers.values()) watcher.close();
      resolve(files);
    };
    const abort = () => end([]);
    const look = () => {
      clearTimeout(poll);
      const start = monotonicMs();
      const state = readState(roots);
      poll = setTimeout(look, Math.max(POLL_MS, (monotonicMs() - start) * POLL_SHARE));
      watchFolders(state);
      const isMoving = changedFiles(seen, state).length > 0;
      seen = state;
      const files = changedFiles(before, state);
      if (files.length === 0) {
        firstAt = undefined;
        return;
      }
      firstAt ??= monotonicMs();
      if (isMoving && monotonicMs() - firstAt < LONGEST_DELAY_MS) return soon();
      end(files);
    };
    const soon = () => {
      clearTimeout(quiet);
      quiet = setTimeout(look, QUIET_MS);
    };
    const watchFolders = (state: SourceState) => {
      const folders = new Set([...state.folders, ...[...state.files.keys()].map((file) => dirname(file))]);
      for (const [folder, watcher] of watchers) {
        if (folders.has(folder)) continue;
        watcher.close();
        watchers.delete(folder);
      }
      for (const folder of folders) {
        if (!watchers.has(folder)) watchFolder(folder);
      }
    };
    const watchFolder = (folder: string) => {
      try {
        const watcher = watch(folder, { persistent: true }, soon);
        watcher.on('error', () => watcher.close());
        watchers.set(folder, watcher);
      } catch {
        // The poll finds its changes.
      }
    };
    signal.addEventListener('abort', abort);
    if (signal.aborted) return abort();
    watchFolders(before);
    // What has changed since the state was read.
    soon();
  });
}
