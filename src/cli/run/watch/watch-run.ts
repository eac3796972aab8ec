import { relative } from 'node:path';
import { EXIT_CODES } from '../../../contract/exit-codes.ts';
import { asOptmlError, describeError } from '../../../errors/error.ts';
import { printMessage } from '../../../log/print.ts';
import { visibleLine } from '../../../text/visible.ts';
import { onEndSignal } from '../../end-signals.ts';
import { nextChange } from './next-change.ts';
import { readState, type SourceState, type WatchedRoot } from './source-state.ts';

/** A job that is ready to run. */
export interface WatchedRun {
  readonly roots: readonly WatchedRoot[];
  /** Runs it to its end; aborting the signal stops it as the platform does. */
  readonly run: (stop: AbortSignal) => Promise<number>;
}

const MOST_SHOWN = 3;

/**
 * Runs a job, and again whenever one of its files changes: a job that still runs is stopped first. Ends with the first signal
 * that would end this process; the job then ends as without watching. `prepare` reads the request again for each run. Returns
 * the exit code.
 *
 * @throws OptmlError if the first request is wrong. Later ones may be corrected.
 */
export async function watchRun(prepare: (isFirst: boolean) => Promise<WatchedRun>): Promise<number> {
  const ended = new AbortController();
  // The job listens too: to the second signal and those after it alone.
  const unregister = onEndSignal(() => {
    unregister();
    ended.abort();
  });
  try {
    let known = await prepare(true);
    let next: WatchedRun | undefined = known;
    let before = readState(known.roots);
    while (!ended.signal.aborted) {
      const changed = await runUntilChange(next, { roots: known.roots, before, ended: ended.signal });
      if (changed.length === 0) break;
      // Before the request is read: what changes meanwhile is the next change.
      before = readState(known.roots);
      const last = known;
      next = await prepareAgain(prepare);
      known = next ?? known;
      if (pathsOf(known) !== pathsOf(last)) before = readState(known.roots);
    }
    return EXIT_CODES.success;
  } finally {
    unregister();
  }
}

function pathsOf({ roots }: WatchedRun): string {
  return roots.map(({ path }) => path).join('\n');
}

interface Watch {
  readonly roots: readonly WatchedRoot[];
  readonly before: SourceState;
  readonly ended: AbortSignal;
}

/** Resolves with the changed files, when the job has ended; with none after a signal. Without a job it only waits. */
async function runUntilChange(
  next: WatchedRun | undefined,
  { roots, before, ended }: Watch,
): Promise<readonly string[]> {
  const change = new AbortController();
  let isRunning = next !== undefined;
  const changed = nextChange(roots, before, ended).then((files) => {
    if (files.length > 0) {
      const what = `${shown(files)} changed:`;
      // The job shows why it stops.
      if (!isRunning) printMessage(`${what} running again`);
      change.abort(`${what} stopping the job, then running again`);
    }
    return files;
  });
  await next?.run(AbortSignal.any([change.signal, ended])).catch(report);
  isRunning = false;
  if (!ended.aborted && !change.signal.aborted) printMessage('Waiting for changes. Press Ctrl-C to end.');
  return changed;
}

async function prepareAgain(prepare: (isFirst: boolean) => Promise<WatchedRun>): Promise<WatchedRun | undefined> {
  try {
    return await prepare(false);
  } catch (error) {
    report(error);
    return undefined;
  }
}

function report(thrown: unknown): void {
  printMessage(describeError(asOptmlError(thrown)));
}

function shown(files: readonly string[]): string {
  const names = files.slice(0, MOST_SHOWN).map((file) => visibleLine(relative('', file)));
  const more = files.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}
