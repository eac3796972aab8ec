import { isOwnFile, shortName } from '../own-files.ts';
import type { FoundError } from '../script-error.ts';

const FATAL = /^Fatal Python error: (.+)$/;
const FRAME = /^ {2}File "(.+)", line (\d+) in (.+)$/;
const ERROR = /^[A-Z]\w*(?:Error|Exception): /;

/** The reason for which the interpreter itself ended, with the frames of the thread that it names (faulthandler). */
export function pythonCrash(lines: readonly string[], codeDir: string): FoundError | undefined {
  const at = lines.findLastIndex((line) => FATAL.test(line));
  if (at < 0) return undefined;
  const rest = lines.slice(at);
  const thread = rest.findIndex((line) => /^(?:Current thread|Stack) .*\(most recent call first\):$/.test(line));
  const frames = thread < 0 ? [] : framesOf(rest.slice(thread + 1));
  const own = frames.find(({ file }) => isOwnFile(file, codeDir)) ?? frames[0];
  const reason = rest.find((line, index) => index > 0 && ERROR.test(line));
  return {
    message: (lines[at] ?? '').trim(),
    position: own && `${shortName(own.file, codeDir)}, ${own.text}`,
    cause: reason && `caused by ${reason}`,
    weight: 'fatal',
    at,
    end: at + (thread < 0 ? 1 : thread + 1 + frames.length),
  };
}

function framesOf(lines: readonly string[]): ReadonlyArray<{ readonly file: string; readonly text: string }> {
  const end = lines.findIndex((line) => !FRAME.test(line));
  return lines.slice(0, end < 0 ? lines.length : end).map((line) => {
    const [, file = '', number = '', inside = ''] = FRAME.exec(line) ?? [];
    return { file, text: `line ${number}${inside === '<module>' ? '' : `, in ${inside}`}` };
  });
}
