/** The error that ended a script, read from its last output on standard error. */
export interface ScriptError {
  /** The error's own words, such as `ValueError: bad shape`. */
  readonly message: string;
  /** Its place in the user's code, such as `train.py, line 12, in main`, or undefined. */
  readonly position: string | undefined;
}

/**
 * Finds the error's own message and its place in the user's code in what a script wrote last: a Python traceback, an
 * uncaught error of Node, a shell's complaint; else the last line that says anything. Undefined for silence.
 *
 * `codeDir` tells the user's own frames from those of libraries.
 */
export function findScriptError(output: string, codeDir: string): ScriptError | undefined {
  const lines = nameModules(stripColours(output)).split(/\r?\n|\r/);
  return (
    pythonError(lines, codeDir) ??
    uncaughtError(lines, codeDir) ??
    loggedError(lines, codeDir) ??
    shellError(lines) ??
    lastLines(lines)
  );
}

/** The text without terminal colours and other escape sequences. */
export function stripColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with a control character
  return text.replace(/\u001b(?:\[[0-9;?]*[A-Za-z]|\][^\u0007]*\u0007)/g, '');
}

// On Node 20, tsx runs a file without module type as a data URL; its lines and columns are those of generated code.
function nameModules(text: string): string {
  return text.replace(
    /data:text\/javascript,\S*\?filePath=([^\s:)]+):\d+(:\d+)?/g,
    (whole, path: string, column?: string) => {
      try {
        return `${decodeURIComponent(path)}:0${column === undefined ? '' : ':0'}`;
      } catch {
        // Not an encoded path after all.
        return whole;
      }
    },
  );
}

const TRACEBACK = /^(?: {2}\+ Exception Group )?Traceback \(most recent call last\):/;
const PYTHON_FRAME = /^\s+File "(.+)", line (\d+)(?:, in (.+))?$/;

function pythonError(lines: readonly string[], codeDir: string): ScriptError | undefined {
  const start = lines.findLastIndex((line) => TRACEBACK.test(line));
  const from = start >= 0 ? start : lines.findLastIndex((line) => /^ {2}File ".+", line \d+$/.test(line));
  if (from < 0) return undefined;
  const body = tracebackBody(lines, from, start >= 0);
  // Frames and source lines are indented; the error begins at the first line that is not.
  const at = body.findIndex((line) => /^\S/.test(line));
  if (at < 0) return undefined;
  // A message may go on over several lines, up to the first empty one.
  const end = body.findIndex((line, index) => index > at && line.trim() === '');
  const message = body
    .slice(at, end < 0 ? body.length : end)
    .join('\n')
    .trim();
  const frames = body.slice(0, at).flatMap((line) => {
    const match = PYTHON_FRAME.exec(line);
    return match === null
      ? []
      : [
          {
            file: match[1] ?? '',
            text: `line ${match[2]}${match[3] === undefined || match[3] === '<module>' ? '' : `, in ${match[3]}`}`,
          },
        ];
  });
  const frame = frames.findLast(({ file }) => isOwnFile(file, codeDir)) ?? frames.at(-1);
  return { message, position: frame && `${shortName(frame.file, codeDir)}, ${frame.text}` };
}

// A group of exceptions is printed as a tree: its own part stands behind the first bar.
function tracebackBody(lines: readonly string[], from: number, hasTitle: boolean): readonly string[] {
  const body = lines.slice(from + (hasTitle ? 1 : 0));
  if (!lines[from]?.startsWith('  +')) return body;
  const end = body.findIndex((line) => !line.startsWith('  | '));
  return body.slice(0, end < 0 ? body.length : end).map((line) => line.slice(4));
}

const NODE_FRAME = /^\s+at (?:(?:async )?(.*?) \()?(?:file:\/\/)?([^()]*?):(\d+):(\d+)\)?,?$/;
// Frames without a place too: `at Array.map (<anonymous>)`, `at async Promise.all (index 0)`.
const ANY_NODE_FRAME = /^\s+at (?:.*:\d+:\d+\)?|.*\((?:<anonymous>|native|index \d+)\)),?$/;
const NODE_ERROR =
  /^(?:Uncaught )?(?:\S+ \[\w+\]|(?:[A-Z]\w*)?(?:Error|Exception|Rejection)\b(?: \[\w+\])?|\[?(?:[A-Z]\w*)?Error)(?::|$)/;

const SOURCE_HEADER = /^(?:(?:file:\/\/)?\/|node:|\[).*:\d+$/;
const CARET = /^\s*\^+\s*$/;
const HEADER_LINES = 8;

/**
 * What ended a Node program, whatever was thrown: Node prints the place, the source line, a caret, the error or value,
 * and last of all its own version.
 */
function uncaughtError(lines: readonly string[], codeDir: string): ScriptError | undefined {
  const version = lines.findLastIndex((line) => /^Node\.js v\d/.test(line));
  const block = lines.slice(0, Math.max(0, version));
  const caretAfter = (at: number) =>
    block.findIndex((line, index) => index > at && index <= at + HEADER_LINES && CARET.test(line));
  const header = block.findLastIndex((line, index) => SOURCE_HEADER.test(line) && caretAfter(index) >= 0);
  if (header < 0) return undefined;
  const head = caretAfter(header) + 1;
  const end = block.findIndex(
    (line, index) => index >= head && (ANY_NODE_FRAME.test(line) || line.startsWith('(Use `node ')),
  );
  const message = block
    .slice(head, end < 0 ? block.length : end)
    .join('\n')
    .trim();
  if (message === '') return undefined;
  const frameAt = block.findIndex((line, index) => index >= head && ANY_NODE_FRAME.test(line));
  return {
    message: message.replace(/^Uncaught:\s+/, ''),
    position: nodePosition(block, head + (block[head] === '' ? 1 : 0), frameAt, codeDir),
  };
}

function loggedError(lines: readonly string[], codeDir: string): ScriptError | undefined {
  const firstFrame = lines.findIndex((line, index) => NODE_FRAME.test(line) && findHead(lines, index) >= 0);
  const lastHead = lines.findLastIndex((line, index) => NODE_ERROR.test(line) && isHead(lines, index));
  const head = lastHead >= 0 ? lastHead : firstFrame >= 0 ? findHead(lines, firstFrame) : -1;
  if (head < 0) return undefined;
  const frameAt = lines.findIndex((line, index) => index > head && ANY_NODE_FRAME.test(line));
  const end = frameAt < 0 ? lines.findIndex((line, index) => index > head && line.trim() === '') : frameAt;
  const message = lines
    .slice(head, end < 0 ? head + 1 : end)
    .join('\n')
    .trim();
  return { message, position: nodePosition(lines, head, frameAt, codeDir) };
}

function isHead(lines: readonly string[], at: number): boolean {
  return (
    lines.slice(at + 1, at + 12).some((line) => ANY_NODE_FRAME.test(line)) ||
    lines.some((line) => /^Node\.js v\d/.test(line))
  );
}

// The line that a run of frames belongs to: the first one above it that is not indented.
function findHead(lines: readonly string[], frame: number): number {
  const above = lines.slice(0, frame).findLastIndex((line) => /^\S/.test(line));
  return above >= 0 && NODE_ERROR.test(lines[above] ?? '') ? above : -1;
}

function nodePosition(lines: readonly string[], head: number, frameAt: number, codeDir: string): string | undefined {
  const header = sourceHeader(lines, head);
  // A syntax error has no frame of the user's: Node prints the place above the error.
  if (/^\S*SyntaxError|^Error \[Transform|^Error: Transform/.test(lines[head] ?? '') && header !== undefined) {
    return `${shortName(header.file, codeDir)}, line ${header.line}`;
  }
  const frames = (frameAt < 0 ? [] : lines.slice(frameAt)).flatMap((line) => {
    const match = NODE_FRAME.exec(line);
    return match === null ? [] : [{ name: match[1], file: match[2] ?? '', line: match[3], column: match[4] }];
  });
  const frame = frames.find(({ file }) => isOwnFile(file, codeDir));
  if (frame === undefined) {
    return requirer(lines, head, codeDir) ?? (header && `${shortName(header.file, codeDir)}, line ${header.line}`);
  }
  const inside =
    frame.name === undefined || /^(Object\.)?<anonymous>$|^ModuleJob|^Module\./.test(frame.name)
      ? ''
      : `, in ${frame.name}`;
  const position = frame.line === '0' ? '' : `, line ${frame.line}, column ${frame.column}`;
  return `${shortName(frame.file, codeDir)}${position}${inside}`;
}

// Newer Nodes have so many frames of their own around `require` that none is left for the user's.
function requirer(lines: readonly string[], head: number, codeDir: string): string | undefined {
  const files = lines.slice(head).flatMap((line) => /^- (\/.+)$/.exec(line)?.[1] ?? []);
  const file = files.find((name) => isOwnFile(name, codeDir));
  return file && shortName(file, codeDir);
}

// "/code/train.ts:12" on a line of its own, above the source line and the caret.
function sourceHeader(lines: readonly string[], before: number): { file: string; line: string } | undefined {
  const text = lines.slice(0, before).findLast((line) => /^(?:file:\/\/)?\/.*:\d+$/.test(line));
  const match = /^(?:file:\/\/)?(.*):(\d+)$/.exec(text ?? '');
  return match === null ? undefined : { file: match[1] ?? '', line: match[2] ?? '' };
}

// "./train.sh: line 3: foo: command not found" (bash), "./train.sh: 3: foo: not found" (dash).
const SHELL_LINE = /^(?:\.\/)?(\S+): (?:line )?(\d+): (.+)$/;

function shellError(lines: readonly string[]): ScriptError | undefined {
  const spoken = lines.filter((line) => line.trim() !== '');
  const match = SHELL_LINE.exec(spoken.at(-1) ?? '');
  return match === null ? undefined : { message: match[3] ?? '', position: `${match[1]}, line ${match[2]}` };
}

function lastLines(lines: readonly string[]): ScriptError | undefined {
  const spoken = lines.findLast((line) => line.trim() !== '');
  return spoken === undefined ? undefined : { message: spoken.trim(), position: undefined };
}

function isOwnFile(file: string, codeDir: string): boolean {
  if (file.includes('/node_modules/') || file.includes('/site-packages/') || file.startsWith('node:')) return false;
  return file.startsWith(`${codeDir}/`) || !file.startsWith('/');
}

function shortName(file: string, codeDir: string): string {
  return file.startsWith(`${codeDir}/`) ? file.slice(codeDir.length + 1) : file;
}
