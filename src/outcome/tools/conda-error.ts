import type { FoundError } from '../script-error.ts';

const EVIDENCE = /\b(?:conda|mamba|libmamba)\b|^Solving environment|^Collecting package metadata/i;
const HEAD = /^((?:[A-Z]\w*)?(?:Error|NotFound|Exception|Unsatisfiable|Unfound)): ?(.*)$/;
const MAMBA = /^(?:error|critical)\s+libmamba (.+)$/;
// The last line of mamba; the one above it says more.
const BARE = /^\w+Error$/;
const PROBLEMS = /^\s*Encountered problems while solving:?$/;
const ITEM = /^\s+- (.+)$/;
// It only reports that pip failed, which it runs for a part of the packages.
const WRAPPER = /^(?:CondaEnvException: Pip failed|.*libmamba pip failed)/i;
const MOST_ITEMS = 3;

/** The error of conda or mamba, with the packages that it lists. */
export function condaError(lines: readonly string[]): FoundError | undefined {
  if (!lines.some((line) => EVIDENCE.test(line))) return undefined;
  const isHead = (line: string) => HEAD.test(line) || MAMBA.test(line);
  const last = lines.findLastIndex(isHead);
  if (last < 0) return undefined;
  const isBare = BARE.test(MAMBA.exec(lines[last] ?? '')?.[1] ?? '');
  const above = isBare ? lines.slice(0, last).findLastIndex(isHead) : -1;
  const at = above < 0 ? last : above;
  const line = (lines[at] ?? '').trim();
  const own = itemsAfter(lines.slice(at + 1));
  // mamba lists the problems first.
  const items = own.length > 0 ? own : itemsAfter(lines.slice(lines.findLastIndex((one) => PROBLEMS.test(one)) + 1));
  const shown = items.slice(0, MOST_ITEMS).join('; ');
  const list = items.length > MOST_ITEMS ? `${shown}; … (${items.length} in all)` : shown;
  return {
    message: `${MAMBA.exec(line)?.[1] ?? line}${list === '' ? '' : ` ${list}`}`,
    position: undefined,
    weight: WRAPPER.test(line) ? 'wrapper' : 'logged',
    at,
    end: Math.max(last, at + own.length) + 1,
  };
}

/** The first list. Others follow, such as the one of channels. */
function itemsAfter(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => line.trim() !== '');
  const list = lines.slice(Math.max(0, start));
  const end = list.findIndex((line) => !ITEM.test(line));
  return list.slice(0, end < 0 ? list.length : end).map((line) => (ITEM.exec(line)?.[1] ?? '').trim());
}
