import { isOwnFile, shortName } from '../own-files.ts';
import { describeCause, type FoundError } from '../script-error.ts';
import { levelOf } from './log-line.ts';

/** A traceback that Python printed. */
interface Traceback {
  /** Index of its first line. */
  readonly at: number;
  /** Index after its last line. */
  readonly end: number;
  readonly message: string;
  readonly frames: readonly Frame[];
  /** Of a group of exceptions: the first of them. */
  readonly member?: Pick<Traceback, 'message' | 'frames'> | undefined;
}

interface Frame {
  readonly file: string;
  readonly text: string;
}

/** An error of Python with its place in the output. */
export interface PythonError extends FoundError {
  /** Its lines, from the first one of its traceback on. */
  readonly traceback: string;
  /** It only reports that another process or call failed. */
  readonly isWrapper: boolean;
}

/**
 * The errors in the output of Python programs, in order. Tracebacks that Python joins by "The above exception was the direct
 * cause" are one error. Its text is that of the last traceback, unless that is the error of a launcher about a worker.
 * Errors that Python ignored are left out.
 */
export function pythonErrors(lines: readonly string[], codeDir: string): readonly PythonError[] {
  return chainsOf(lines, tracebacks(lines)).flatMap((chain) => {
    const at = chain[0]?.at ?? 0;
    const end = chain.at(-1)?.end ?? 0;
    const origin = originOf(lines, at);
    if (origin === 'ignored') return [];
    const traceback = lines.slice(at, end).join('\n');
    return [{ ...errorOf(lines, chain, codeDir), at, end, traceback, weight: origin === 'main' ? 'fatal' : 'logged' }];
  });
}

/**
 * The error that ended the only Python program of the output: the last one that is not a launcher's about another, and not of
 * another thread. One that a logger wrote is only `logged`: the program may have gone on.
 */
export function pythonError(lines: readonly string[], codeDir: string): FoundError | undefined {
  const errors = pythonErrors(lines, codeDir);
  const own = errors.filter(({ isWrapper }) => !isWrapper);
  const found = own.findLast(({ at }) => originOf(lines, at) !== 'side') ?? own.at(-1) ?? errors.at(-1);
  if (found === undefined) return undefined;
  const { message, position, at, end, weight } = found;
  const cause = found.cause ?? commandError(found, own);
  return { message, position, at, end, weight, ...(cause !== undefined && { cause }) };
}

/** The error of the Python program that the script had started, if the last error only says that it failed. */
function commandError(found: PythonError, own: readonly PythonError[]): string | undefined {
  const before = FAILED_COMMAND.test(found.message) ? own[own.indexOf(found) - 1] : undefined;
  return before && describeCause('caused by', before);
}

// Python prints these and goes on: `__del__`, weak references, the logger's own errors.
const IGNORED = /^(?:Exception ignored |--- Logging error ---)/;
// Of a thread, a task or a process that the program started, or of a function that runs at its end.
const SIDE =
  /^(?:Exception in (?:thread|callback|default exception handler) ?.*|Process \S+:|Task exception was never retrieved|Error in (?:atexit\._run_exitfuncs|sys\.excepthook):|future: <.*)$/;

/** What the line above a traceback says about it. */
function originOf(lines: readonly string[], at: number): 'ignored' | 'side' | 'log' | 'main' {
  const above = lines.slice(Math.max(0, at - 2), at);
  if (above.some((line) => IGNORED.test(line))) return 'ignored';
  const last = above.at(-1) ?? '';
  if (SIDE.test(last)) return 'side';
  // A message of a lower level only happens to stand there.
  const level = levelOf(last);
  return level === 'error' || level === 'warning' ? 'log' : 'main';
}

const TITLE = /^(?: {2}\+ Exception Group )?(?:Original )?Traceback \(most recent call last\):/;
// Ray prints the frames of a worker below this line.
const RAY_TITLE = /^(?:\S+\.)?RayTaskError(?:\(\w+\))?: ray::/;
// And this one between the error of one worker and that of the next.
const RAY_FUNCTION = 'Error in training function:';
// A syntax error has no title.
const SYNTAX_FRAME = /^ {2}File ".+", line \d+$/;
const FRAME = /^\s+File "(.+)", line (\d+)(?:, in (.+))?$/;

function tracebacks(lines: readonly string[]): readonly Traceback[] {
  const result: Traceback[] = [];
  let isUnfinished = false;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const hasTitle = TITLE.test(line) || RAY_TITLE.test(line);
    if (!hasTitle && !SYNTAX_FRAME.test(line)) continue;
    const isGroup = line.startsWith(GROUP);
    // All lines to the end are indented: no other traceback can have a message either.
    if (isUnfinished && !isGroup) continue;
    const found = readTraceback(lines, at, hasTitle);
    if (found === undefined) {
      isUnfinished ||= !isGroup;
      continue;
    }
    result.push(found);
    at = found.end - 1;
  }
  return result;
}

function readTraceback(lines: readonly string[], at: number, hasTitle: boolean): Traceback | undefined {
  const first = hasTitle ? at + 1 : at;
  const body = tracebackBody(lines, at, first);
  // Frames and source lines are indented. Several processes may have printed theirs at the same time.
  const head = body.findIndex((line) => /^\S/.test(line) && !TITLE.test(line) && !RAY_TITLE.test(line));
  if (head < 0) return undefined;
  // A function that runs at the end may print the same line many times.
  const length = body.slice(head + 1).findIndex((line, index) => endsMessage(line) || line === body[head + index]);
  const end = length < 0 ? body.length : head + 1 + length;
  const group = lines[at]?.startsWith(GROUP) ? groupOf(lines, first + end) : undefined;
  return {
    at,
    end: group?.end ?? first + end,
    message: withGraphError(body.slice(head, end).join('\n').trim(), body.slice(end)),
    frames: body.slice(0, head).flatMap(frameOf),
    member: group?.member,
  };
}

const GROUP = '  +';
const BRANCH = /^\s+\+-(?:\+-)?-*(?: \d+ -*)?$/;
const FIRST_MEMBER = /^\s+\+-\+-+ 1 -+$/;
// The bars of the tree in front of a line.
const BARS = /^(?:\s*[|+] ?)+/;

/** The rest of a group of exceptions from `start` on: its first member that is no group itself, and the end of the tree. */
function groupOf(lines: readonly string[], start: number): Pick<Traceback, 'member'> & { readonly end: number } {
  const length = lines.slice(start).findIndex((line) => !BRANCH.test(line) && !/^\s+\|/.test(line));
  const end = length < 0 ? lines.length : start + length;
  const tree = lines.slice(start, end);
  const title = tree.findIndex((line) => /\| Traceback \(most recent call last\):$/.test(line));
  const own = tree.slice(Math.max(0, title)).map((line) => (BRANCH.test(line) ? '' : line.replace(BARS, '')));
  if (title >= 0) return { member: readTraceback(own, 0, true), end };
  // One that was never raised has no traceback. Groups around it have one.
  const first = tree.findLastIndex((line) => FIRST_MEMBER.test(line));
  const message = own.slice(first + 1).find((line) => line !== '');
  return { member: message === undefined ? undefined : { message, frames: [] }, end };
}

const GRAPH_NODE = /^\s+\[\[\{\{node /;

// TensorFlow prints where a graph failed first, and why it failed in the last paragraph.
function withGraphError(message: string, rest: readonly string[]): string {
  if (!message.endsWith('Graph execution error:')) return message;
  const node = rest.findIndex((line) => GRAPH_NODE.test(line));
  const why = rest.slice(0, Math.max(0, node)).findLast((line) => /^\S/.test(line));
  return why === undefined ? message : `${message} ${why}`;
}

// A group of exceptions is printed as a tree: its own part stands behind the first bar.
function tracebackBody(lines: readonly string[], at: number, first: number): readonly string[] {
  const body = lines.slice(first);
  if (!lines[at]?.startsWith(GROUP)) return body;
  const end = body.findIndex((line) => !line.startsWith('  | '));
  return body.slice(0, end < 0 ? body.length : end).map((line) => line.slice(4));
}

// Of torch: "W1130 14:20:00.1"; TensorFlow: "2026-11-30 14:20:00.1: W"; DeepSpeed: "[2026-11-30 …] ["; Lightning: "[rank: 1]".
const LOG_LINE =
  /^(?:[IWEF]\d{4} \d\d:|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWEF] |\[\d{4}-\d\d-\d\d [^\]]*\] \[|\[rank: \d+\] )/;

// What a program prints after its error without an empty line.
const AFTER = /^(?:Exception (?:ignored|in) |Traceback |\S+\/resource_tracker\.py:\d+: )/;

/** A message may continue over several lines, up to the first empty one. */
function endsMessage(line: string): boolean {
  return (
    line.trim() === '' ||
    line === '"""' ||
    line === RAY_FUNCTION ||
    /^-{20,}$/.test(line) ||
    TITLE.test(line) ||
    LOG_LINE.test(line) ||
    AFTER.test(line) ||
    levelOf(line) !== undefined
  );
}

function frameOf(line: string): readonly Frame[] {
  const [, file = '', number = '', inside] = FRAME.exec(line) ?? [];
  if (file === '') return [];
  return [{ file, text: `line ${number}${inside === undefined || inside === '<module>' ? '' : `, in ${inside}`}` }];
}

const DIRECT = /^The above exception was the direct cause of/;
const JOINED =
  /^(?:The above exception was the direct cause of|During handling of the above exception, another exception)/;

/** Tracebacks of one error, from its cause to the last. */
function chainsOf(lines: readonly string[], all: readonly Traceback[]): ReadonlyArray<readonly Traceback[]> {
  const chains: Traceback[][] = [];
  for (const [index, traceback] of all.entries()) {
    const before = all[index - 1];
    const chain = chains.at(-1);
    const isJoined = before !== undefined && lines.slice(before.end, traceback.at).some((line) => JOINED.test(line));
    if (isJoined) chain?.push(traceback);
    else chains.push([traceback]);
  }
  return chains;
}

// What a launcher raises because a worker failed. It repeats the worker's error at best.
const WRAPPER =
  /^(?:\S+\.)?(?:ChildFailedError|ProcessRaisedException|ProcessExitedException|TrainingFailedError|WorkerGroupError|ControllerError|RayTaskError(?:\(\w+\))?)\b/;
const FAILED_COMMAND = /^(?:subprocess\.)?CalledProcessError: /;

function errorOf(
  lines: readonly string[],
  chain: readonly Traceback[],
  codeDir: string,
): Pick<PythonError, 'message' | 'position' | 'cause' | 'isWrapper'> {
  const isWrapper = (one: Traceback) => WRAPPER.test(one.message) || isCommandOfLibrary(one, codeDir);
  const last = chain.findLast((one) => !isWrapper(one)) ?? (chain.at(-1) as Traceback);
  // The error of a worker process is printed twice: with its own frames, and with those of the caller.
  const origin = chain.find(({ message, frames }) => message === last.message && ownFrame(frames, codeDir)) ?? last;
  const cause = causeOf(lines, chain, { last, codeDir });
  return {
    message: last.message,
    position: positionOf(origin.frames, codeDir),
    isWrapper: isWrapper(last),
    ...(cause !== undefined && { cause }),
  };
}

function positionOf(frames: readonly Frame[], codeDir: string): string | undefined {
  const frame = ownFrame(frames, codeDir) ?? frames.at(-1);
  return frame && `${shortName(frame.file, codeDir)}, ${frame.text}`;
}

/** The error from which the last one of a chain follows, or the first member of a group. */
function causeOf(
  lines: readonly string[],
  chain: readonly Traceback[],
  { last, codeDir }: { readonly last: Traceback; readonly codeDir: string },
): string | undefined {
  const describe = (how: string, { message, frames }: Pick<Traceback, 'message' | 'frames'>) =>
    describeCause(how, { message, position: positionOf(frames, codeDir) });
  if (last.member !== undefined) return describe('caused by', last.member);
  const [root] = chain;
  // A worker's error is printed again by its caller.
  if (root === undefined || root === last || last.message.includes(root.message.split('\n', 1)[0] ?? ''))
    return undefined;
  const isRaised = lines.slice(root.end, last.at).some((line) => DIRECT.test(line));
  return describe(isRaised ? 'caused by' : 'while handling', root);
}

/** Whether a command failed that a library started, such as `accelerate launch`, and not the user's code. */
function isCommandOfLibrary({ message, frames }: Traceback, codeDir: string): boolean {
  return FAILED_COMMAND.test(message) && ownFrame(frames, codeDir) === undefined;
}

function ownFrame(frames: readonly Frame[], codeDir: string): Frame | undefined {
  return frames.findLast(({ file }) => isOwnFile(file, codeDir));
}
