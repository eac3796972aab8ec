import type { FoundError } from '../script-error.ts';

const PANIC = /^(thread '.*?')(?: \(\d+\))? panicked at (?:'(.*)', )?(.+?):(\d+):\d+:?$/;
// A thread that only found that another one had panicked.
const FOLLOWED = /PoisonError|Any \{ \.\. \}/;
const ENDS = [/^memory allocation of \d+ bytes failed$/, /^thread '.*' has overflowed its stack$/];

/** The first panic of a program in Rust that does not follow from one of another thread, or the end of its memory. */
export function rustError(lines: readonly string[]): FoundError | undefined {
  const ended = lines.findLastIndex((line) => ENDS.some((end) => end.test(line)));
  const panics = lines.flatMap((line, at) => (PANIC.test(line) ? [panicAt(lines, at)] : []));
  const own = panics.filter(({ message }) => !FOLLOWED.test(message));
  // The main thread ends the program, others only if it waits for them.
  const main = own.findLast(({ message }) => message.startsWith("thread 'main'"));
  const panic = main ?? own[0] ?? panics[0];
  if (panic !== undefined) return panic;
  if (ended < 0) return returnedError(lines);
  return { message: lines[ended] ?? '', position: undefined, weight: 'fatal', at: ended, end: ended + 1 };
}

function panicAt(lines: readonly string[], at: number): FoundError {
  const [, thread = '', quoted, file = '', number = ''] = PANIC.exec(lines[at] ?? '') ?? [];
  const rest = lines.slice(at + 1);
  const length = rest.findIndex((line) => line.trim() === '' || /^(?:note: |stack backtrace:)/.test(line));
  const text = quoted ?? rest.slice(0, length < 0 ? rest.length : length).join('\n');
  return {
    message: `${thread} panicked: ${text.trim()}`,
    position: `${file}, line ${number}`,
    weight: 'fatal',
    at,
    end: at + 1 + (quoted !== undefined || length < 0 ? 0 : length),
  };
}

/** The error that `main` returned, with its innermost cause (anyhow, eyre). */
function returnedError(lines: readonly string[]): FoundError | undefined {
  const list = lines.lastIndexOf('Caused by:');
  const at = lines.slice(0, Math.max(0, list)).findLastIndex((line) => line.startsWith('Error: '));
  if (at < 0) return undefined;
  const length = lines.slice(list + 1).findIndex((line) => !/^\s+\S/.test(line));
  const end = length < 0 ? lines.length : list + 1 + length;
  const cause = lines[end - 1]?.replace(/^\s+(?:\d+: )?/, '');
  return {
    message: lines[at] ?? '',
    position: undefined,
    cause: cause && `caused by ${cause}`,
    weight: 'logged',
    at,
    end,
  };
}
