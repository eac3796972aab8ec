import { relative } from 'node:path';
import { monotonicMs } from '../../../concurrency/clock.ts';
import { EXIT_CODES } from '../../../contract/exit-codes.ts';
import { asOptmlError, describeError } from '../../../errors/error.ts';
import { printMessage } from '../../../log/print.ts';
import { isProgramName } from '../../../request/document/recognise.ts';
import { visibleLine } from '../../../text/visible.ts';
import { onEndSignal } from '../../end-signals.ts';
import { nextChange } from './next-change.ts';
import { changedFiles, readState, type SourceState, type WatchedRoot } from './source-state.ts';

/** A job that is ready to run. */
export interface WatchedRun {
  readonly roots: readonly WatchedRoot[];
  /** Runs it to its end; aborting the signal stops it as the platform does. */
  readonly run: (stop: AbortSignal) => Promise<number>;
}

const MOST_SHOWN = 3;
// Runs that change the source so often in a row write there themselves. A user may save a program as often, but not as fast.
const MOST_OWN_CHANGES = 5;
const FAST_MS = 10_000;

/**
 * Runs a job, and again whenever one of its files changes: a job that still runs is stopped first. Ends with the first signal
 * that would end this process; the job then ends as without watching. `prepare` reads the request again for each run. A job
 * that changes its own source again and again is not run indefinitely. Returns the exit code.
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
    let times = 0;
    while (!ended.signal.aborted) {
      const watched = { roots: known.roots, before, ended: ended.signal };
      const { changed, ofRun, hasStopped } = await runUntilChange(next, watched);
      if (changed.length === 0) break;
      // Before the request is read: what changes meanwhile is the next change.
      before = readState(known.roots);
      times = ofRun.length === 0 ? 0 : times + 1;
      if (times === MOST_OWN_CHANGES) {
        printMessage(`The source changed during ${times} runs in a row, the last time ${shown(ofRun)}. ${OWN_FIX}`);
        next = undefined;
        continue;
      }
      if (!hasStopped) printMessage(`${shown(changed)} changed: running again`);
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

const OWN_FIX =
  'If the job writes these files, list them in .optmlignore, or write to SM_OUTPUT_DATA_DIR. The next change runs the job again.';

/** What has ended the waiting. */
interface Changes {
  /** None after a signal. */
  readonly changed: readonly string[];
  /** Those that changed while the job ran, if it probably writes them itself. */
  readonly ofRun: readonly string[];
  /** Whether they have stopped the job, which shows it. */
  readonly hasStopped: boolean;
}

interface Watch {
  readonly roots: readonly WatchedRoot[];
  readonly before: SourceState;
  readonly ended: AbortSignal;
}

/** Resolves with the changed files, when the job has ended. Without a job it only waits. */
async function runUntilChange(next: WatchedRun | undefined, { roots, before, ended }: Watch): Promise<Changes> {
  const start = monotonicMs();
  const change = new AbortController();
  const changed = nextChange(roots, before, ended).then((files) => {
    if (files.length > 0) change.abort(`${shown(files)} changed: stopping the job, then running again`);
    return files;
  });
  await next?.run(AbortSignal.any([change.signal, ended])).catch(report);
  const hasStopped = next !== undefined && change.signal.aborted;
  const isFast = monotonicMs() - start < FAST_MS;
  const ofRun = next === undefined ? [] : changedFiles(before, readState(roots));
  if (!ended.aborted && !change.signal.aborted) printMessage('Waiting for changes. Press Ctrl-C to end.');
  return { changed: await changed, ofRun: isFast || !ofRun.some(isProgramName) ? ofRun : [], hasStopped };
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
