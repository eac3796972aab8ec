import { isOwnFile, shortName } from '../own-files.ts';
import type { FoundError } from '../script-error.ts';

const HEAD = /^(?:panic|fatal error): (.+)$/;
const GOROUTINE = /^goroutine \d+(?: .*)?\[.+\]:$/;
const FILE = /^\t(\/\S+\.go|\S+\.go):(\d+)/;
const LIBRARY = /^\/usr\/(?:local|lib)\/go|\/go\/pkg\/mod\/|\/src\/runtime\//;

/** A panic of Go, or a fatal error of its runtime, with the first frame that belongs to no library. */
export function goError(lines: readonly string[], codeDir: string): FoundError | undefined {
  const goroutine = lines.findIndex((line) => GOROUTINE.test(line));
  if (goroutine < 0) return undefined;
  // A second panic, of a deferred function, follows on an indented line.
  const at = lines.slice(0, goroutine).findLastIndex((line) => HEAD.test(line));
  if (at < 0) return undefined;
  const frames = lines.slice(goroutine).flatMap((line) => {
    const [, file = '', number = ''] = FILE.exec(line) ?? [];
    return file === '' || LIBRARY.test(file) ? [] : [{ file, number }];
  });
  const frame = frames.find(({ file }) => isOwnFile(file, codeDir)) ?? frames[0];
  const end = lines.findIndex((line, index) => index > goroutine && line.trim() === '');
  return {
    message: (lines[at] ?? '').trim(),
    position: frame && `${shortName(frame.file, codeDir)}, line ${frame.number}`,
    weight: 'fatal',
    at,
    end: end < 0 ? lines.length : end,
  };
}
