import type { FoundError } from '../script-error.ts';

const HEAD = /^Error(?: in .*)?(?: ?: ?.*)$/;
const SEGFAULT = /^ \*\*\* caught (\w+) \*\*\*$/;
const REST = /^(?:Calls: |Backtrace:|In addition: |Warning messages?:|Execution halted$|Run `rlang::)/;

/** The error that ended a program in R: `Rscript` prints it, then `Calls:` or a backtrace, and always "Execution halted". */
export function rError(lines: readonly string[]): FoundError | undefined {
  return halted(lines) ?? segfault(lines);
}

function halted(lines: readonly string[]): FoundError | undefined {
  const end = lines.lastIndexOf('Execution halted');
  const at = lines.slice(0, Math.max(0, end)).findLastIndex((line) => HEAD.test(line));
  if (at < 0) return undefined;
  const body = lines.slice(at, end);
  const rest = body.findIndex((line, index) => index > 0 && (REST.test(line) || !continues(line)));
  const message = body.slice(0, rest < 0 ? body.length : rest).join(' ');
  return { message: message.replaceAll(/\s+/g, ' ').trim(), position: undefined, weight: 'fatal', at, end: end + 1 };
}

// Indented, or a bullet of rlang, or the line that names the cause there.
function continues(line: string): boolean {
  return /^\s+\S/.test(line) || /^[!ℹ✖xi•] /.test(line) || /^Caused by error/.test(line);
}

function segfault(lines: readonly string[]): FoundError | undefined {
  const at = lines.findLastIndex((line) => SEGFAULT.test(line));
  if (at < 0) return undefined;
  const [, kind] = SEGFAULT.exec(lines[at] ?? '') ?? [];
  const call = lines.slice(at).find((line) => /^\s*1: /.test(line));
  const where = call === undefined ? '' : ` in ${call.replace(/^\s*1: /, '')}`;
  return { message: `R caught ${kind}${where}`, position: undefined, weight: 'fatal', at, end: at + 1 };
}
