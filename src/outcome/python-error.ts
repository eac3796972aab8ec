import { isOwnFile, shortName } from './own-files.ts';
import type { ScriptError } from './script-error.ts';

/** A traceback that Python printed. */
interface Traceback {
  /** Index of its first line. */
  readonly at: number;
  /** Index after its last line. */
  readonly end: number;
  readonly message: string;
  readonly frames: readonly Frame[];
}

interface Frame {
  readonly file: string;
  readonly text: string;
}

/** An error of Python with its place in the output. */
export interface PythonError extends ScriptError {
  /** Index of the first line of its traceback. */
  readonly at: number;
  /** Its lines, from that one on. */
  readonly traceback: string;
  /** It only reports that another process or call failed. */
  readonly isWrapper: boolean;
}

/**
 * The errors in the output of Python programs, in order. Tracebacks that Python joins by "The above exception was the direct
 * cause" are one error. Its text is that of the last traceback, unless that is the error of a launcher about a worker.
 */
export function pythonErrors(lines: readonly string[], codeDir: string): readonly PythonError[] {
  return chainsOf(lines, tracebacks(lines)).map((chain) => {
    const traceback = lines.slice(chain[0]?.at, chain.at(-1)?.end).join('\n');
    return { ...errorOf(chain, codeDir), traceback };
  });
}

/** The error that ended the only Python program of the output: the last one that is not a launcher's about another. */
export function pythonError(lines: readonly string[], codeDir: string): ScriptError | undefined {
  const errors = pythonErrors(lines, codeDir);
  const found = errors.findLast(({ isWrapper }) => !isWrapper) ?? errors.at(-1);
  return found && { message: found.message, position: found.position };
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
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const hasTitle = TITLE.test(line) || RAY_TITLE.test(line);
    if (!hasTitle && !SYNTAX_FRAME.test(line)) continue;
    const found = readTraceback(lines, at, hasTitle);
    if (found === undefined) continue;
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
  const length = body.slice(head + 1).findIndex(endsMessage);
  const end = length < 0 ? body.length : head + 1 + length;
  return {
    at,
    end: first + end,
    message: withGraphError(body.slice(head, end).join('\n').trim(), body.slice(end)),
    frames: body.slice(0, head).flatMap(frameOf),
  };
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
  if (!lines[at]?.startsWith('  +')) return body;
  const end = body.findIndex((line) => !line.startsWith('  | '));
  return body.slice(0, end < 0 ? body.length : end).map((line) => line.slice(4));
}

// Of torch: "W1130 14:20:00.1"; TensorFlow: "2026-11-30 14:20:00.1: W"; DeepSpeed: "[2026-11-30 …] ["; Lightning: "[rank: 1]".
const LOG_LINE =
  /^(?:[IWEF]\d{4} \d\d:|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IWEF] |\[\d{4}-\d\d-\d\d [^\]]*\] \[|\[rank: \d+\] )/;

/** A message may continue over several lines, up to the first empty one. */
function endsMessage(line: string): boolean {
  return (
    line.trim() === '' ||
    line === '"""' ||
    line === RAY_FUNCTION ||
    /^-{20,}$/.test(line) ||
    TITLE.test(line) ||
    LOG_LINE.test(line)
  );
}

function frameOf(line: string): readonly Frame[] {
  const [, file = '', number = '', inside] = FRAME.exec(line) ?? [];
  if (file === '') return [];
  return [{ file, text: `line ${number}${inside === undefined || inside === '<module>' ? '' : `, in ${inside}`}` }];
}

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

function errorOf(chain: readonly Traceback[], codeDir: string): Omit<PythonError, 'traceback'> {
  const isWrapper = (one: Traceback) => WRAPPER.test(one.message) || isCommandOfLibrary(one, codeDir);
  const last = chain.findLast((one) => !isWrapper(one)) ?? (chain.at(-1) as Traceback);
  // The error of a worker process is printed twice: with its own frames, and with those of the caller.
  const origin = chain.find(({ message, frames }) => message === last.message && ownFrame(frames, codeDir)) ?? last;
  const frame = ownFrame(origin.frames, codeDir) ?? origin.frames.at(-1);
  return {
    at: chain[0]?.at ?? 0,
    message: last.message,
    position: frame && `${shortName(frame.file, codeDir)}, ${frame.text}`,
    isWrapper: isWrapper(last),
  };
}

/** Whether a command failed that a library started, such as `accelerate launch`, and not the user's code. */
function isCommandOfLibrary({ message, frames }: Traceback, codeDir: string): boolean {
  return FAILED_COMMAND.test(message) && ownFrame(frames, codeDir) === undefined;
}

function ownFrame(frames: readonly Frame[], codeDir: string): Frame | undefined {
  return frames.findLast(({ file }) => isOwnFile(file, codeDir));
}
