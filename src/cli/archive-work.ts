import { EXIT_CODES, signalExitCode } from '../contract/exit-codes.ts';
import { onEndSignal } from './end-signals.ts';
import { makeProgress, type Progress } from './view/progress.ts';

/** Packs or unpacks, showing its progress and giving up when the signal is aborted. */
type ArchiveWork = (
  signal: AbortSignal,
  progress: Progress,
) => Promise<{ readonly entries: number; readonly bytes: number }>;

/**
 * Runs `work`, which makes `result` (a path): with progress on a terminal, and taking the signals that end a process, so
 * that nothing half-written stays behind. Prints what was made. Returns the exit code: 128 + n once signal n came.
 */
export async function runArchiveWork(result: string, work: ArchiveWork): Promise<number> {
  const progress = makeProgress(process.stderr, result);
  const giveUp = new AbortController();
  let stoppedBy: NodeJS.Signals | undefined;
  const close = onEndSignal((signal) => {
    stoppedBy ??= signal;
    giveUp.abort();
  });
  try {
    const { entries, bytes } = await work(giveUp.signal, progress);
    progress.end();
    process.stdout.write(`${result} (${entries} entries, ${bytes} bytes)\n`);
    return EXIT_CODES.success;
  } catch (error) {
    progress.end();
    if (stoppedBy !== undefined) return signalExitCode(stoppedBy);
    throw error;
  } finally {
    close();
  }
}
