import type { FoundError } from '../script-error.ts';

const HEAD = /^\s*(?:\[?(ERR_PNPM_\w+)\]?|ERROR)\s{1,2}(\S.*)$/;
// pnpm puts wide spaces around its badges.
const BADGE = /^\s*(?:ERR_PNPM_\w+|ERROR\s{2})/;
const REASON = /^(?:Failure reason:|This error happened while installing )/;

/** The error of pnpm: its code and its words. */
export function pnpmError(lines: readonly string[]): FoundError | undefined {
  const at = lines.findIndex((line) => BADGE.test(line) && HEAD.test(line));
  if (at < 0) return undefined;
  const [, code = 'ERROR', words = ''] = HEAD.exec(lines[at] ?? '') ?? [];
  const reason = lines.findIndex((line, index) => index > at && /^Failure reason:$/.test(line.trim()));
  const detail = reason < 0 ? '' : `. ${(lines[reason + 1] ?? '').trim()}`;
  const last = lines.findLastIndex((line) => REASON.test(line));
  return {
    message: `${code} ${words.trim()}${detail}`,
    position: undefined,
    // A script that fails is reported by ELIFECYCLE, without this code.
    weight: code === 'ERR_PNPM_RECURSIVE_RUN_FIRST_FAIL' ? 'wrapper' : 'logged',
    at,
    end: Math.max(at, reason + (reason < 0 ? 0 : 1), last) + 1,
  };
}
