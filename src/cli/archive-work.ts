import { EXIT_CODES, signalExitCode } from '../contract/exit-codes.ts';
import { printResult } from '../log/print.ts';
import { onEndSignal } from './end-signals.ts';
import { ownStandardError } from './view/own-stream.ts';
import { makeProgress, type Progress } from './view/progress.ts';

/** Packs or unpacks, showing its progress and giving up when the signal is aborted. */
type ArchiveWork = (
  signal: AbortSignal,
  progress: Progress,
) => Promise<{ readonly entries: number; readonly bytes: number }>;

/**
 * Runs `work`, which makes `result` (a path), as {@link runWithProgress}. Prints what was made. Returns the exit code.
 */
export function runArchiveWork(result: string, work: ArchiveWork): Promise<number> {
  return runWithProgress(makeProgress(ownStandardError(), result), async (signal, progress) => {
    const { entries, bytes } = await work(signal, progress);
    return `${result} (${entries} ${entries === 1 ? 'entry' : 'entries'}, ${bytes} bytes)\n`;
  });
}

/**
 * Runs `work`, which shows its progress by `progress`, and takes the signals that end a process, so that nothing
 * half-written stays behind. Prints its result. Returns the exit code: 128 + n once signal n came.
 */
export async function runWithProgress<View extends Pick<Progress, 'end'>>(
  progress: View,
  work: (signal: AbortSignal, progress: View) => Promise<string>,
): Promise<number> {
  const giveUp = new AbortController();
  let stoppedBy: NodeJS.Signals | undefined;
  const close = onEndSignal((signal) => {
    stoppedBy ??= signal;
    giveUp.abort();
  });
  try {
    const text = await work(giveUp.signal, progress);
    progress.end();
    printResult(text);
    return EXIT_CODES.success;
  } catch (error) {
    progress.end();
    if (stoppedBy !== undefined) return signalExitCode(stoppedBy);
    throw error;
  } finally {
    close();
  }
}
