import { closeSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { monotonicMs } from '../concurrency/clock.ts';
import { Limiter } from '../concurrency/limiter.ts';
import type { S3Location } from '../contract/location.ts';
import { describeError, isOptmlError } from '../errors/error.ts';
import { JobFolder } from '../job-tree/job-folder.ts';
import { openFileBelow } from '../job-tree/open-below.ts';
import type { Log } from '../log/log.ts';
import type { ObjectStorage } from '../storage/object-storage.ts';
import { uploadOpenFile } from '../storage/upload-open-file.ts';
import { type FileState, fileState, isGone, readState } from './folder-files.ts';
import type { TrackedFile } from './tracked-file.ts';

/** Where files are uploaded from and to, and what is reported meanwhile. */
export interface UploadOptions {
  /** The folder, absolute. */
  readonly dir: string;
  /** The folder's place in S3: a key that is empty or ends in a slash. */
  readonly target: S3Location;
  /** Opens the storage. Called before the first upload, and again after it failed. */
  readonly open: () => Promise<ObjectStorage>;
  /** Aborting it gives up whatever is under way. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Told whenever something was transferred. */
  readonly onProgress?: () => void;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

/** Uploads at the same time. Enough to hide latency, and few enough to leave the network to the training. */
export const CONCURRENCY = 4;
// After a failure: 1 s, 2 s, 4 s … 30 s.
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
// One warning tells of an S3 that is away; the end tells the rest.
const WARN_EVERY_MS = 600_000;
/** Longest key of an object, in bytes of UTF-8. */
const KEY_LIMIT_BYTES = 1024;

/** An open file and its state. The user closes it. */
interface FoundFile {
  readonly descriptor: number;
  readonly state: FileState;
}

/**
 * Uploads files, a few at the same time, each in the state in which it is found. Never throws: a failure is noted at its file, with
 * a time before which it is not tried again. When one after the other fails, all of them wait: S3 is away.
 */
export class UploadQueue {
  readonly #options: UploadOptions;
  readonly #now: () => number;
  readonly #limiter = new Limiter(CONCURRENCY);
  /** Files that wait or are uploaded. */
  #busy = 0;
  #failuresInRow = 0;
  #pausedUntilMs = 0;
  #warnedAtMs = Number.NEGATIVE_INFINITY;
  #isLast = false;
  #storage: Promise<ObjectStorage> | undefined;
  #whenIdle: Array<() => void> = [];
  /** Bytes uploaded so far, those of earlier states of a file included. */
  bytes = 0;

  constructor(options: UploadOptions) {
    this.#options = options;
    this.#now = options.now ?? monotonicMs;
  }

  /** When the next upload may begin, by the clock; past or 0 for immediately. */
  get pausedUntilMs(): number {
    return this.#pausedUntilMs;
  }

  /** From now on there is nothing to wait for: pauses end, and what no other attempt can fix has no other. */
  beginLast(): void {
    this.#isLast = true;
    this.#failuresInRow = 0;
    this.#pausedUntilMs = 0;
  }

  /** Has the file uploaded in its turn. */
  add(file: TrackedFile): void {
    file.isBusy = true;
    this.#busy += 1;
    const done = () => {
      file.isBusy = false;
      this.#busy -= 1;
      if (this.#busy === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
    };
    // A defect of ours must not stop the others; the file is missing then, and is named.
    this.#limiter.run(undefined, () => this.#upload(file)).then(done, done);
  }

  /** Resolves when nothing waits and nothing is under way. */
  async settled(): Promise<void> {
    if (this.#busy > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  close(): void {
    this.#storage?.then(
      (storage) => storage.close(),
      () => undefined,
    );
  }

  async #upload(file: TrackedFile): Promise<void> {
    const { target, signal } = this.#options;
    // The next look at the folder finds it again.
    if (signal.aborted || this.#now() < this.#pausedUntilMs) return;
    const location = { bucket: target.bucket, key: target.key + file.path };
    const found = this.#examine(file, location.key);
    if (found === undefined) return;
    try {
      await this.#send(file, found, location);
    } finally {
      closeSync(found.descriptor);
    }
  }

  async #send(file: TrackedFile, { descriptor, state }: FoundFile, location: S3Location): Promise<void> {
    const { dir, signal, log } = this.#options;
    const onBytes = () => this.#options.onProgress?.();
    const startMs = this.#now();
    file.attemptsLeft -= 1;
    try {
      const storage = await this.#open();
      signal.throwIfAborted();
      const open = { descriptor, shown: join(dir, file.path) };
      const { bytes } = await uploadOpenFile(storage, open, location, { signal, onBytes });
      this.bytes += bytes;
      log.debug(`Intermediate output: uploaded ${file.path} (${bytes} bytes)`);
    } catch (error) {
      if (!signal.aborted) await this.#failed(file, state.stamp, error);
      return;
    }
    onBytes();
    this.#failuresInRow = 0;
    file.uploaded = state;
    file.failures = 0;
    file.problem = undefined;
    // A file that is written again and again takes half of the time at most.
    const tookMs = this.#now() - startMs;
    file.notBeforeMs = this.#isLast ? 0 : this.#now() + tookMs;
  }

  /**
   * Opens what is going to be uploaded, and reads its state before the upload, so that what changes meanwhile is a new one.
   * A link to a file is that file, as in the reference: a script may read no less than `train`.
   */
  #examine(file: TrackedFile, key: string): FoundFile | undefined {
    const keyBytes = Buffer.byteLength(key);
    try {
      const descriptor = this.#openFile(file.path);
      const state = fileState(fstatSync(descriptor));
      if (state !== undefined && keyBytes <= KEY_LIMIT_BYTES) return { descriptor, state };
      closeSync(descriptor);
      this.#postpone(file, `its key has ${keyBytes} bytes, and S3 takes ${KEY_LIMIT_BYTES} at most`);
    } catch (error) {
      if (isGone(error)) return undefined;
      this.#postpone(file, (error as Error).message);
    }
    // No fault of S3's, and nothing that waiting mends.
    if (this.#isLast) file.attemptsLeft = 0;
    return undefined;
  }

  #openFile(path: string): number {
    const root = JobFolder.openFollowing(this.#options.dir);
    try {
      return openFileBelow(root, path, { followsLink: true });
    } finally {
      root.close();
    }
  }

  async #failed(file: TrackedFile, stamp: string, error: unknown): Promise<void> {
    const after = await readState(join(this.#options.dir, file.path)).catch(() => undefined);
    if (after === undefined) return;
    if (after.stamp !== stamp) {
      file.problem = 'it was written to while it was being uploaded';
      file.notBeforeMs = this.#now() + FIRST_PAUSE_MS;
      return;
    }
    this.#postpone(file, error instanceof Error ? error.message : String(error));
    this.#warn(error);
    // What the user must fix, the storage has tried to the end.
    if (this.#isLast && isOptmlError(error) && error.kind === 'user') {
      file.attemptsLeft = 0;
      return;
    }
    this.#failuresInRow += 1;
    if (this.#failuresInRow < CONCURRENCY) return;
    this.#pausedUntilMs = this.#now() + pauseMs(this.#failuresInRow - CONCURRENCY + 1);
  }

  #postpone(file: TrackedFile, problem: string): void {
    file.problem = problem;
    file.failures += 1;
    file.notBeforeMs = this.#now() + pauseMs(file.failures);
  }

  #warn(error: unknown): void {
    if (this.#now() - this.#warnedAtMs < WARN_EVERY_MS) return;
    this.#warnedAtMs = this.#now();
    const text = isOptmlError(error) ? describeError(error) : String(error);
    this.#options.log.warn(`Intermediate output: uploading fails, and is tried again later.\n${text}`);
  }

  #open(): Promise<ObjectStorage> {
    this.#storage ??= this.#options.open().catch((error: unknown) => {
      this.#storage = undefined;
      throw error;
    });
    return this.#storage;
  }
}

/** How long to wait after so many failures in a row, in milliseconds. */
function pauseMs(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
}
