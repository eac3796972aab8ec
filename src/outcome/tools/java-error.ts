import type { FoundError } from '../script-error.ts';

const UNCAUGHT = /^Exception in thread "[^"]*" (.+)$/;
const FRAME = /^\s+at (?:[\w.@-]+\/)?([\w.$]+)\.[\w$<>]+\(([\w$-]+\.\w+):(\d+)\)$/;
const ANY_FRAME = /^\s+(?:at [\w.$<>/@-]+\(.*\)|\.\.\. \d+ (?:more|common frames omitted))/;
const CAUSE = /^\s*Caused by: (.+)$/;
const LIBRARY = /^(?:java|javax|jdk|sun|com\.sun|scala|kotlin|clojure|org\.apache|org\.springframework|akka)\./;
// The launcher, and the virtual machine when it ends by itself.
const REFUSALS = [
  /^Error: (?:Could not find or load main class|Unable to access jarfile|Unable to initialize main class|LinkageError|Main method not found) ?.*$/,
  /^Terminating due to (java\.lang\.OutOfMemoryError.*)$/,
  /^Unrecognized (?:VM )?option:? .+$/,
];
const INITIALIZATION = /^Error occurred during initialization of (?:VM|boot layer)$/;
const VM_CRASH =
  /^# (?:A fatal error has been detected by the Java Runtime Environment:|There is insufficient memory for the Java Runtime Environment to continue\.)$/;

/** An uncaught exception of Java with its root cause, or the reason for which the virtual machine ended. */
export function javaError(lines: readonly string[]): FoundError | undefined {
  const found = [vmCrash(lines), uncaught(lines), refusal(lines)].filter((error) => error !== undefined);
  return found.toSorted((a, b) => a.at - b.at).at(-1);
}

function uncaught(lines: readonly string[]): FoundError | undefined {
  // Of several threads the first: the others follow from it more often than not.
  const at = lines.findIndex((line) => UNCAUGHT.test(line));
  if (at < 0) return undefined;
  const after = lines.slice(at + 1);
  // The end of the frames: a line that belongs to no stack although frames came before it.
  const frames = after.findIndex((line) => ANY_FRAME.test(line));
  const foreign = after.findIndex(
    (line, index) => frames >= 0 && index > frames && !ANY_FRAME.test(line) && !CAUSE.test(line),
  );
  const body = after.slice(0, foreign < 0 ? after.length : foreign);
  const firstFrame = body.findIndex((line) => ANY_FRAME.test(line) || CAUSE.test(line));
  const message = [UNCAUGHT.exec(lines[at] ?? '')?.[1], ...body.slice(0, Math.max(0, firstFrame))].join('\n').trim();
  const root = body.findLastIndex((line) => CAUSE.test(line));
  const own = placeIn(body.slice(0, firstCause(body)));
  const rootPlace = root < 0 ? undefined : placeIn(body.slice(root));
  return {
    message,
    position: own ?? rootPlace,
    cause: root < 0 ? undefined : `caused by ${CAUSE.exec(body[root] ?? '')?.[1]}${rootPlace ? ` (${rootPlace})` : ''}`,
    weight: 'fatal',
    at,
    end: at + 1 + body.length,
  };
}

function firstCause(body: readonly string[]): number {
  const first = body.findIndex((line) => CAUSE.test(line));
  return first < 0 ? body.length : first;
}

function placeIn(body: readonly string[]): string | undefined {
  const frames = body.flatMap((line) => {
    const [, type = '', file = '', number = ''] = FRAME.exec(line) ?? [];
    return file === '' ? [] : [{ type, text: `${file}, line ${number}` }];
  });
  return (frames.find(({ type }) => !LIBRARY.test(`${type}.`)) ?? frames[0])?.text;
}

function refusal(lines: readonly string[]): FoundError | undefined {
  const at = lines.findLastIndex((line) => INITIALIZATION.test(line) || REFUSALS.some((one) => one.test(line)));
  if (at < 0) return undefined;
  const line = lines[at] ?? '';
  const isInitialization = INITIALIZATION.test(line);
  const why = isInitialization ? lines.slice(at + 1).find((next) => next.trim() !== '') : undefined;
  const cause = CAUSE.exec(lines[at + 1] ?? '')?.[1];
  return {
    message: why === undefined ? line.replace(/^Terminating due to /, '') : `${line}: ${why.trim()}`,
    position: undefined,
    cause: cause && `caused by ${cause}`,
    weight: 'fatal',
    at,
    end: at + 1,
  };
}

/** The report of the virtual machine about its own crash: lines that begin with `#`. */
function vmCrash(lines: readonly string[]): FoundError | undefined {
  const at = lines.findLastIndex((line) => VM_CRASH.test(line));
  if (at < 0) return undefined;
  const report = lines.slice(at).map((line) => line.replace(/^#\s*/, ''));
  const why = report.slice(1).find((line) => line !== '') ?? '';
  const frame = report.indexOf('Problematic frame:');
  const end = report.findIndex((_, index) => index > 0 && lines[at + index]?.startsWith('#') === false);
  const where = frame < 0 ? '' : `, in ${report[frame + 1]}`;
  return {
    message: `${report[0]} ${why.replace(/, pid=.*$/, '')}${where}`,
    position: undefined,
    weight: 'fatal',
    at,
    end: end < 0 ? lines.length : at + end,
  };
}
