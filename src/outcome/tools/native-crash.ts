import type { FoundError } from '../script-error.ts';

const TERMINATE = /^(?:terminate called .+|libc\+\+abi: terminating .+)$/;
const AT_END = /^terminate called (?:without an active exception|recursively)/;
const WHAT = /^\s*what\(\): +(.*)$/;

// One line each. The C library, its loader, sanitizers, the runtime of Fortran.
const ABORTS = [
  /^(?:free|malloc|realloc|calloc|munmap_chunk)\(\): .+$/,
  /^(?:double free or corruption|corrupted (?:size|double-linked)|malloc_consolidate).*$/,
  /^\*\*\* .+ detected \*\*\*: .*$/,
  /^\S+: error while loading shared libraries: .+$/,
  /^\S+: .+: version `\S+' not found \(required by .+\)$/,
  /^\S+: (?:symbol lookup error|relocation error): .+$/,
  /^==\d+==\s?ERROR: \w+Sanitizer: .+$/,
  /^Fortran runtime error: .+$/,
];
// `assert` of C, also of V8 and the C library: "train: loss.cpp:12: float loss(): Assertion `n > 0' failed."
const ASSERTION = /^\S+: ([^\s:]+):(\d+): .*Assertion [`'].*' failed\.?$/;
const SANITIZED = /^SUMMARY: \w+Sanitizer: \S+ (\S+?):(\d+)/;
const FORTRAN_LINE = /^At line (\d+) of file (\S+)/;

/** What a program of C++, C or Fortran, or the C library, printed before it aborted. */
export function nativeCrash(lines: readonly string[]): FoundError | undefined {
  const at = lines.findLastIndex(
    (line) => TERMINATE.test(line) || ASSERTION.test(line) || ABORTS.some((abort) => abort.test(line)),
  );
  if (at < 0) return undefined;
  const line = lines[at] ?? '';
  const what = TERMINATE.test(line) ? WHAT.exec(lines[at + 1] ?? '')?.[1] : undefined;
  return {
    message: what === undefined ? line.trim() : `${line.trim()}: ${what.trim()}`,
    position: positionOf(lines, at),
    // A program that ends for another reason while its threads run.
    weight: AT_END.test(line) ? 'logged' : 'fatal',
    at,
    end: at + (what === undefined ? 1 : 2),
  };
}

function positionOf(lines: readonly string[], at: number): string | undefined {
  const [, file, number] = ASSERTION.exec(lines[at] ?? '') ?? [];
  if (file !== undefined) return `${file}, line ${number}`;
  const [, fortranLine, fortranFile] = FORTRAN_LINE.exec(lines[at - 1] ?? '') ?? [];
  if (fortranLine !== undefined) return `${fortranFile}, line ${fortranLine}`;
  const [, sanitizedFile, sanitizedLine] = lines.slice(at).flatMap((line) => SANITIZED.exec(line) ?? []);
  return sanitizedFile === undefined ? undefined : `${sanitizedFile}, line ${sanitizedLine}`;
}
