import { realpathSync } from 'node:fs';
import { monotonicMs } from '../concurrency/clock.ts';
import { filesOpenForWriting, type OpenFiles } from '../process/open-files.ts';
import { isClosed } from './closed-file.ts';
import { type FileState, listFiles } from './folder-files.ts';
import { isPending, type TrackedFile, trackFile } from './tracked-file.ts';
import { type UploadOptions, UploadQueue } from './upload-queue.ts';

/** What {@link FolderSync} needs. */
export interface FolderSyncOptions extends UploadOptions {
  /** Finds the files that are open for writing. */
  readonly openFiles?: () => Promise<OpenFiles>;
}

/** A file that is not uploaded in its present state. */
export interface MissingFile {
  readonly path: string;
  /** Undefined where not even that is known. */
  readonly bytes: number | undefined;
  readonly reason: string;
  /** Whether S3 has an earlier state of it. */
  readonly hasEarlier: boolean;
}

/** What became of a folder's files. */
export interface SyncResult {
  /** Files of which S3 has some state. */
  readonly uploaded: number;
  /** Bytes uploaded, those of earlier states included. */
  readonly uploadedBytes: number;
  /** Files that were removed after they were closed and before they were uploaded. */
  readonly removed: number;
  readonly missing: readonly MissingFile[];
}

// In the last pass. A file that changes all the time would keep a finished job from its end.
const LAST_ATTEMPTS = 20;

/**
 * Uploads the files of a folder in each state in which they are closed (contract C56). It is looked at, not listened to:
 * whatever way a file comes into the folder, a look finds it. Methods never throw. Call one at a time.
 */
export class FolderSync {
  readonly #options: FolderSyncOptions;
  readonly #queue: UploadQueue;
  readonly #now: () => number;
  readonly #realDir: string;
  readonly #files = new Map<string, TrackedFile>();
  #problems: ReadonlyMap<string, string> = new Map();
  #removed = 0;

  constructor(options: FolderSyncOptions) {
    this.#options = options;
    this.#queue = new UploadQueue(options);
    this.#now = options.now ?? monotonicMs;
    this.#realDir = realPath(options.dir);
  }

  /** Looks at the folder once and has uploaded, in the background, what is closed and not uploaded yet. */
  async poll(): Promise<void> {
    await this.#list();
    const due = this.#due();
    if (due.length === 0) return;
    const open = await (this.#options.openFiles ?? filesOpenForWriting)();
    const time = { nowMs: this.#now(), wallMs: Date.now() };
    for (const file of due) {
      if (!isClosed(file, open, this.#realDir, time)) continue;
      file.isClosed = true;
      this.#queue.add(file);
    }
  }

  /** Resolves when no upload is under way. */
  settled(): Promise<void> {
    return this.#queue.settled();
  }

  /**
   * Uploads, after the program's end, all that is not uploaded in its present state: open or not, however often it has failed.
   * Resolves when that is done, when no attempt could help any more, or soon after the signal.
   */
  async lastPass(): Promise<void> {
    const { signal } = this.#options;
    this.#queue.beginLast();
    for (const file of this.#files.values()) {
      file.failures = 0;
      file.notBeforeMs = 0;
    }
    for (;;) {
      await this.#list();
      const pending = [...this.#files.values()].filter((file) => isPending(file) && file.attemptsLeft > 0);
      if (pending.length === 0 || signal.aborted) break;
      for (const file of pending) file.attemptsLeft = Math.min(file.attemptsLeft, LAST_ATTEMPTS);
      for (const file of this.#due()) this.#queue.add(file);
      await this.#queue.settled();
      const retryMs = Math.min(...pending.filter(isPending).map((file) => file.notBeforeMs));
      if (retryMs < Number.POSITIVE_INFINITY) await this.#waitUntil(Math.max(retryMs, this.#queue.pausedUntilMs));
    }
    await this.#queue.settled();
  }

  result(): SyncResult {
    const files = [...this.#files.values()];
    const missing: MissingFile[] = files.flatMap((file) => {
      if (file.state === undefined || !isPending(file)) return [];
      const reason = file.problem ?? (this.#options.signal.reason as Error | undefined)?.message ?? 'it was not tried';
      return [{ path: file.path, bytes: file.state.bytes, reason, hasEarlier: file.uploaded !== undefined }];
    });
    for (const [path, reason] of this.#problems) missing.push({ path, bytes: undefined, reason, hasEarlier: false });
    return {
      uploaded: files.filter((file) => file.uploaded !== undefined).length,
      uploadedBytes: this.#queue.bytes,
      removed: this.#removed,
      missing: missing.sort((a, b) => (a.path < b.path ? -1 : 1)),
    };
  }

  /** Closes the storage. */
  close(): void {
    this.#queue.close();
  }

  #due(): readonly TrackedFile[] {
    const now = this.#now();
    if (now < this.#queue.pausedUntilMs) return [];
    return [...this.#files.values()].filter(
      (file) => isPending(file) && !file.isBusy && file.attemptsLeft > 0 && file.notBeforeMs <= now,
    );
  }

  async #list(): Promise<void> {
    const { files, problems } = await listFiles(this.#options.dir);
    this.#problems = problems;
    for (const [path, state] of files) this.#note(path, state);
    const gone = [...this.#files.values()].filter((file) => file.state !== undefined && !files.has(file.path));
    if (gone.length === 0) return;
    const ids = new Set([...files.values()].map((state) => state.id));
    for (const file of gone) {
      const isLost = file.isClosed && isPending(file) && !ids.has(file.state?.id ?? '');
      if (isLost) this.#removed += 1;
      file.state = undefined;
      file.isClosed = false;
    }
  }

  #note(path: string, state: FileState): void {
    let file = this.#files.get(path);
    if (file === undefined) {
      file = trackFile(path);
      this.#files.set(path, file);
    }
    if (file.state?.stamp === state.stamp) return;
    file.state = state;
    file.sinceMs = this.#now();
  }

  async #waitUntil(timeMs: number): Promise<void> {
    const { signal } = this.#options;
    const leftMs = timeMs - this.#now();
    if (leftMs <= 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, leftMs);
      signal.addEventListener('abort', done);
    });
  }
}

function realPath(dir: string): string {
  try {
    return realpathSync(dir);
  } catch {
    // The program has removed it already. It may come back.
    return dir;
  }
}
