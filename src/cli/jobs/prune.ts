import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { quoteValue } from '../../errors/quote-value.ts';
import { openStore } from '../../jobs/job-store.ts';
import { type PruneResult, pruneJobs } from '../../local/removal/prune-jobs.ts';
import { printMessage } from '../../log/print.ts';
import { sizeText } from '../../log/transfer-progress.ts';
import { runWithProgress } from '../archive-work.ts';
import type { GivenOptions } from '../options/parse-options.ts';
import { usageError } from '../options/usage-error.ts';
import { ownStandardError } from '../view/own-stream.ts';
import { makePhaseView } from '../view/phase-view.ts';

const HOUR_MS = 3_600_000;
const UNITS_MS: Readonly<Record<string, number>> = { m: HOUR_MS / 60, h: HOUR_MS, d: 24 * HOUR_MS, w: 168 * HOUR_MS };
const UNITS_BYTES: Readonly<Record<string, number>> = { kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

/**
 * `optml jobs --prune`: removes ended jobs and caches by age and size. Returns the exit code: 1 if something could not be
 * removed.
 *
 * @throws OptmlError USAGE without a limit, or for a wrong one.
 */
export async function pruneCommand(given: GivenOptions, variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const age = ageOf(given);
  const mostBytes = sizeOf(given);
  if (age === undefined && mostBytes === undefined) {
    const fix = 'Pass --older-than 7d, --max-size 5GB, or both.';
    throw usageError(given.command, '--prune needs a limit', fix);
  }
  const isDryRun = given.flags.has('dry-run');
  let hasFailed = false;
  const code = await runWithProgress(makePhaseView(ownStandardError()), async (signal, { note, show }) => {
    const result = await pruneJobs(openStore(variables), {
      variables,
      usedBefore: age === undefined ? undefined : Date.now() - age,
      mostBytes,
      isDryRun,
      signal,
      warn: (message) => note(`Warning: ${message}`),
      onProgress: (what) => show(what, 0, undefined),
    });
    hasFailed = result.failed.length > 0;
    return summary(result, isDryRun);
  });
  return code === EXIT_CODES.success && hasFailed ? EXIT_CODES.failure : code;
}

function summary({ removed, kept, failed }: PruneResult, isDryRun: boolean): string {
  for (const [name, reason] of kept) printMessage(`Kept ${name}: it ${reason}`);
  for (const [name, reason] of failed) printMessage(`Warning: ${name} was not removed: ${reason}`);
  const rows = isDryRun ? removed.map(({ name, bytes }) => `${name}  ${sizeText(bytes)}\n`) : [];
  const caches = removed.filter(({ isCache }) => isCache).length;
  const counts = [counted(removed.length - caches, 'job'), ...(caches > 0 ? [counted(caches, 'cache')] : [])];
  const bytes = sizeText(removed.reduce((sum, entry) => sum + entry.bytes, 0));
  const end = isDryRun
    ? `Would remove ${counts.join(' and ')}: ${bytes}`
    : `Removed ${counts.join(' and ')}: ${bytes} freed`;
  return `${rows.join('')}${end}\n`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function ageOf({ command, values }: GivenOptions): number | undefined {
  const text = values.get('older-than');
  if (text === undefined) return undefined;
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (UNITS_MS[unit] ?? 0);
  const message = `expected --older-than to be an age such as 7d, got ${quoteValue(text)}`;
  throw usageError(command, message, 'Give a whole number and a unit: m (minutes), h, d or w.');
}

function sizeOf({ command, values }: GivenOptions): number | undefined {
  const text = values.get('max-size');
  if (text === undefined) return undefined;
  const [, count, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)\s?([kmgt]b)$/i.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (UNITS_BYTES[unit.toLowerCase()] ?? 0);
  const message = `expected --max-size to be a size such as 5GB, got ${quoteValue(text)}`;
  throw usageError(command, message, 'Give a number and a unit: kB, MB, GB or TB.');
}
