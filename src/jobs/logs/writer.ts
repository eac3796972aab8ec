import { createWriteStream, mkdirSync, statSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { closed, nextDrain } from '../../files/write-stream.ts';
import { logFile, TIME_ENTRY_BYTES, timesFile } from './files.ts';

/** Keeps the output of a host. */
export interface LogWriter {
  /** Keeps these bytes, which must not change afterwards. A promise: the disk is slower, wait before you bring more. */
  write(bytes: Buffer): void | Promise<void>;
  /** Resolves when all is written, or cannot be. */
  close(): Promise<void>;
}

export interface LogWriterOptions {
  /** Told once when the log cannot be written; the job goes on without it. */
  readonly onError: (error: Error) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

// Memory that a slow disk may take.
const MOST_WAITING_BYTES = 4 << 20;
// An entry for each chunk would make more times than log where a program writes letter by letter.
const TIME_STEP_MS = 10;

/**
 * Opens the log of a host in the folder of its job, to add to what an earlier attempt of the job has left there. What waits
 * is written in one go, so that many small chunks cost little. The files are made for the first bytes: a job starts sooner.
 */
export function openLogWriter(dir: string, host: string, { onError, now = Date.now }: LogWriterOptions): LogWriter {
  let isBroken = false;
  const fail = (error: Error) => {
    if (!isBroken) onError(error);
    isBroken = true;
  };
  let files: LogFiles | undefined;
  let drained: Promise<void> | undefined;
  let lastTime = Number.NEGATIVE_INFINITY;
  return {
    write(bytes) {
      if (isBroken) return;
      try {
        files ??= openFiles(dir, host, fail);
      } catch (error) {
        return fail(error as Error);
      }
      const time = now();
      if (time >= lastTime + TIME_STEP_MS) {
        lastTime = time;
        files.times.write(timeEntry(files.offset, time));
      }
      files.offset += bytes.length;
      const { log } = files;
      if (log.write(bytes)) return;
      drained ??= nextDrain(log).then(() => {
        drained = undefined;
      });
      return drained;
    },
    async close() {
      if (files !== undefined) await Promise.all([closed(files.log), closed(files.times)]);
    },
  };
}

interface LogFiles {
  readonly log: WriteStream;
  readonly times: WriteStream;
  /** Bytes in the log. */
  offset: number;
}

function openFiles(dir: string, host: string, onError: (error: Error) => void): LogFiles {
  const file = logFile(dir, host);
  mkdirSync(dirname(file), { recursive: true });
  const offset = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const log = createWriteStream(file, { flags: 'a', highWaterMark: MOST_WAITING_BYTES });
  const times = createWriteStream(timesFile(dir, host), { flags: 'a' });
  for (const stream of [log, times]) stream.on('error', onError);
  return { log, times, offset };
}

function timeEntry(offset: number, time: number): Buffer {
  const entry = Buffer.alloc(TIME_ENTRY_BYTES);
  entry.writeDoubleLE(offset, 0);
  entry.writeDoubleLE(time, 8);
  return entry;
}
