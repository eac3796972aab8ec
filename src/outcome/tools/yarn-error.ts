import type { FoundError } from '../script-error.ts';

/** The error of yarn, version 1 or a newer one. */
export function yarnError(lines: readonly string[]): FoundError | undefined {
  return berryError(lines) ?? classicError(lines);
}

const CLASSIC = /^(?:yarn (?:install|run|add) v[01]\.|info (?:Visit https:\/\/\S*yarnpkg|If you think this is a bug))/;
const CLASSIC_ERROR = /^error (.+)$/;
const FAILED_COMMAND = /^error Command failed with (?:exit code|signal) /;
const OUTPUT = 'Output:';

function classicError(lines: readonly string[]): FoundError | undefined {
  if (!lines.some((line) => CLASSIC.test(line))) return undefined;
  const errors = lines.flatMap((line, index) => (CLASSIC_ERROR.test(line) ? [index] : []));
  const at = errors.find((index) => !FAILED_COMMAND.test(lines[index] ?? '')) ?? errors[0];
  if (at === undefined) return undefined;
  const rest = lines.slice(at + 1);
  const farewell = rest.findIndex((line) => line.startsWith('info '));
  const body = rest.slice(0, farewell < 0 ? rest.length : farewell);
  const output = body.indexOf(OUTPUT);
  const inner = output < 0 ? undefined : body.slice(output + 1).findLast((line) => /error/i.test(line));
  return {
    message: `${(lines[at] ?? '').trim()}${inner === undefined ? '' : `: ${inner.trim()}`}`,
    position: undefined,
    weight: FAILED_COMMAND.test(lines[at] ?? '') ? 'wrapper' : 'logged',
    at,
    end: at + 1 + body.length,
  };
}

const BERRY = /^➤ (YN\d{4}): (?:[·│┌└] ?)?(.*)$/;
const PROBLEM = /^(?:Usage Error|Internal Error): (.+)$/;
// Progress and warnings: what was fetched, added or is missing without being an error.
const NOTES = new Set([
  '0000',
  '0002',
  '0005',
  '0006',
  '0007',
  '0008',
  '0013',
  '0019',
  '0032',
  '0060',
  '0061',
  '0068',
  '0085',
  '0086',
  '0087',
]);

function berryError(lines: readonly string[]): FoundError | undefined {
  const at = lines.findIndex((line) => isError(line));
  if (at < 0) return undefined;
  const [, code, words = ''] = BERRY.exec(lines[at] ?? '') ?? [];
  const message = code === undefined ? (lines[at] ?? '').trim() : `${code}: ${words.trim()}`;
  const why = code === BUILD_FAILED ? buildError(lines.slice(0, at), words) : undefined;
  return {
    message: why === undefined ? message : `${message}: ${why}`,
    position: undefined,
    weight: 'logged',
    at,
    end: at + 1,
  };
}

const BUILD_FAILED = 'YN0009';

/** The last error in the output of a package's build. `words` begin with the package. */
function buildError(lines: readonly string[], words: string): string | undefined {
  const output = `${words.split(' ', 1)[0]} STDERR `;
  return lines
    .flatMap((line) => (line.includes(output) ? [line.slice(line.indexOf(output) + output.length)] : []))
    .findLast((line) => /error:/i.test(line))
    ?.trim();
}

function isError(line: string): boolean {
  if (PROBLEM.test(line)) return true;
  const [, code = '', words = ''] = BERRY.exec(line) ?? [];
  // Differences of the lock file are printed with the code of their error.
  return code !== '' && !NOTES.has(code.slice(2)) && /^(?!@@)[^\s+-]/.test(words.trimEnd());
}
