import type { FoundError } from '../script-error.ts';

const HEAD = /^\s*(?:\[?(ERR_PNPM_\w+)\]?|ERROR)\s{1,2}(\S.*)$/;
// pnpm puts wide spaces around its badges.
const BADGE = /^\s*(?:ERR_PNPM_\w+|ERROR\s{2})/;
const REASON = /^(?:Failure reason:|This error happened while installing )/;
// The two lines of an engine that does not fit.
const VERSIONS = /^(?:Expected version|Got): /;
const MOST_REASONS = 4;

/** The error of pnpm: its code and its words. */
export function pnpmError(lines: readonly string[]): FoundError | undefined {
  const at = lines.findIndex((line) => BADGE.test(line) && HEAD.test(line));
  if (at < 0) return undefined;
  const [, code = 'ERROR', words = ''] = HEAD.exec(lines[at] ?? '') ?? [];
  const reason = lines.findIndex((line, index) => index > at && /^Failure reason:$/.test(line.trim()));
  const details = reason < 0 ? lines.slice(at).filter((line) => VERSIONS.test(line)) : reasons(lines.slice(reason + 1));
  const last = lines.findLastIndex((line) => REASON.test(line));
  return {
    message: [`${code} ${words.trim()}`, details.join(' ')].filter(Boolean).join('. '),
    position: undefined,
    // A script that fails is reported by ELIFECYCLE, without this code.
    weight: code === 'ERR_PNPM_RECURSIVE_RUN_FIRST_FAIL' ? 'wrapper' : 'logged',
    at,
    end: Math.max(at, reason + (reason < 0 ? 0 : details.length), last) + 1,
  };
}

/** The lines up to the next empty one: a sentence, or a list. */
function reasons(lines: readonly string[]): readonly string[] {
  const length = lines.findIndex((line) => line.trim() === '');
  const all = lines.slice(0, length < 0 ? lines.length : length).map((line) => line.trim().replace(/^[*-] /, ''));
  return all.slice(0, MOST_REASONS);
}
