import type { FoundError } from '../script-error.ts';

const FATAL = /^FATAL ERROR: /;
const GC_TRACE = '<--- Last few GCs --->';
// Of V8: a check that failed, or a size that it does not support.
const V8_FATAL = /^# +(Fatal (?:process|JavaScript) .+|Check failed: .+)$/;
const OUT_OF_MEMORY = /(?:heap )?out of memory/;
const ADVICE =
  'Raise the limit, such as NODE_OPTIONS=--max-old-space-size=4096 (MiB), or use an instance type with more memory';

/** The reason for which Node aborted. Its native stack follows, and explains nothing to a user. */
export function nodeCrash(lines: readonly string[]): FoundError | undefined {
  const at = lines.findLastIndex((line) => FATAL.test(line) || V8_FATAL.test(line));
  if (at < 0) return undefined;
  const line = lines[at] ?? '';
  const text = V8_FATAL.exec(line)?.[1] ?? line.trim();
  const isHeap = OUT_OF_MEMORY.test(line);
  const before = lines.slice(0, at);
  const trace = before.lastIndexOf(GC_TRACE);
  const frame = before.lastIndexOf('#');
  // What the program printed before; the rest is about V8.
  const traceback = before.slice(0, trace >= 0 ? trace : frame >= 0 ? before.indexOf('#') : at).join('\n');
  return {
    message: isHeap ? `${text}. ${ADVICE}` : text,
    position: undefined,
    traceback,
    weight: 'fatal',
    at,
    end: at + 1,
  };
}
