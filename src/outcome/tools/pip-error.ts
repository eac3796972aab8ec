import type { FoundError } from '../script-error.ts';

const EVIDENCE =
  /\bpip\b|requirement|distribution|\bwheels?\b|^\s*Collecting |subprocess-exited-with-error|externally-managed/i;
const LINE = /^\s*ERROR: (.+)$/;
// Lines that name no cause: it stands above them.
const FOLLOWS =
  /^(?:ResolutionImpossible|Failed (?:building|to build)|Could not build|Exception:|Command errored|Service 'pip'|Could not find a version that satisfies|Pipe to stdout)/;
// pip goes on after these.
const NOT_FATAL =
  /^pip's dependency resolver does not|requires .* which is not installed\.$|but you have .* which is incompatible\.$/;
const STEP = /^\s*× (.+ did not run successfully)\.?$/;
const OUTPUT = /╰─> (?:\[\d+ lines of output\]|.+)$/;
const OUTPUT_END = /^\s*\[end of output\]$/;
// Of pip 21 and older.
const OLD_STEP = /^\s*ERROR: (Command errored out with exit status \d+):$/;
const OLD_OUTPUT = /^\s*Complete output (?:from command .*|\(\d+ lines?\)):$/;
const OLD_OUTPUT_END = /^\s*-{20,}$/;
const PACKAGE =
  /Failed (?:to build|building wheel for)(?: installable wheels for some .* \()? ?'?([\w.-]+)|Could not build wheels for ([\w.-]+)/;
const COLLECTING = /^\s*Collecting ([\w.-]+)/;
const ROOT_ERROR = /fatal error: |^\s*(?:\w+\.)*[A-Z]\w*(?:Error|Exception|NotFound)\b|error: (?!command |subprocess)/;
// pip explains a wrong requirement below its error.
const HINT = /^Hint: /;
const ANY_ERROR = /error/i;
const CODED = /^error: ([a-z]+(?:-[a-z]+)+)$/;

/** The error of pip: of a build that failed its innermost one, else the line that names the cause. Never an update notice. */
export function pipError(lines: readonly string[]): FoundError | undefined {
  if (!lines.some((line) => EVIDENCE.test(line))) return undefined;
  return failedBuild(lines) ?? failedOldBuild(lines) ?? codedError(lines) ?? errorLine(lines);
}

function failedBuild(lines: readonly string[]): FoundError | undefined {
  // Of builds inside builds, the innermost one ends first.
  const end = lines.findIndex((line) => OUTPUT_END.test(line));
  const start = lines.slice(0, Math.max(0, end)).findLastIndex((line) => OUTPUT.test(line));
  const at = lines.slice(0, Math.max(0, start)).findLastIndex((line) => STEP.test(line));
  return at < 0 ? undefined : buildError(lines, { step: STEP.exec(lines[at] ?? '')?.[1] ?? '', at, start, end });
}

function failedOldBuild(lines: readonly string[]): FoundError | undefined {
  const at = lines.findLastIndex((line) => OLD_STEP.test(line));
  const start = lines.findIndex((line, index) => index > at && OLD_OUTPUT.test(line));
  if (at < 0 || start < 0) return undefined;
  const end = lines.findIndex((line, index) => index > start && OLD_OUTPUT_END.test(line));
  const step = `ERROR: ${OLD_STEP.exec(lines[at] ?? '')?.[1]}`;
  return buildError(lines, { step, at, start, end: end < 0 ? lines.length : end });
}

interface FailedBuild {
  readonly step: string;
  readonly at: number;
  /** The output of the build is between these two lines. */
  readonly start: number;
  readonly end: number;
}

function buildError(lines: readonly string[], { step, at, start, end }: FailedBuild): FoundError {
  const output = lines.slice(start + 1, end).filter((line) => line.trim() !== '');
  const why =
    output.findLast((line) => ROOT_ERROR.test(line)) ??
    output.findLast((line) => ANY_ERROR.test(line)) ??
    output.at(-1);
  const name = packageOf(lines, at);
  const of = name === undefined || step.includes(name) ? '' : ` (${name})`;
  return logged(`${step}${of}: ${(why ?? '').trim()}`, at, end + 1);
}

function packageOf(lines: readonly string[], at: number): string | undefined {
  const after = lines.slice(at).flatMap((line) => PACKAGE.exec(line)?.slice(1).find(Boolean) ?? []);
  return after[0] ?? COLLECTING.exec(lines.slice(0, at).findLast((line) => COLLECTING.test(line)) ?? '')?.[1];
}

/** `error: externally-managed-environment`, with the sentence below. */
function codedError(lines: readonly string[]): FoundError | undefined {
  const at = lines.findLastIndex((line) => CODED.test(line));
  if (at < 0) return undefined;
  const sentence = lines.slice(at + 1).find((line) => /^\s*× /.test(line));
  const words = sentence === undefined ? '' : `: ${sentence.replace(/^\s*× /, '').trim()}`;
  return logged(`${lines[at]}${words}`, at, at + 1);
}

function errorLine(lines: readonly string[]): FoundError | undefined {
  const errors = lines.flatMap((line, index) => {
    const words = LINE.exec(line)?.[1];
    return words === undefined || NOT_FATAL.test(words) ? [] : [{ words, index }];
  });
  const found = errors.findLast(({ words }) => !FOLLOWS.test(words)) ?? errors.at(-1);
  if (found === undefined) return undefined;
  const last = errors.at(-1)?.index ?? found.index;
  const end = HINT.test(lines[last + 1] ?? '') ? last + 2 : last + 1;
  return logged(`ERROR: ${found.words.trim()}`, found.index, end);
}

function logged(message: string, at: number, end: number): FoundError {
  return { message, position: undefined, weight: 'logged', at, end };
}
