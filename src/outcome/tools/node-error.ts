import { isOwnFile, shortName } from '../own-files.ts';
import type { FoundError } from '../script-error.ts';

const NODE_FRAME = /^\s+at (?:(?:async )?(.*?) \()?(?:async )?(?:file:\/\/)?([^()]*?):(\d+):(\d+)\)?(?:,| \{)?$/;
// Frames without a place too: `at Array.map (<anonymous>)`, `at async Promise.all (index 0)`.
const ANY_NODE_FRAME = /^\s+at (?:.*:\d+:\d+\)?|.*\((?:<anonymous>|native|index \d+)\))(?:,| \{)?$/;
const NODE_ERROR =
  /^(?:Uncaught )?(?:\S+ \[\w+\]|(?:[A-Z]\w*)?(?:Error|Exception|Rejection)\b(?: \[\w+\])?|\[?(?:[A-Z]\w*)?Error)(?::|$)/;

// What `console.error('training failed:', error)` puts in front.
const INTRODUCTION = /^.{0,200}?\s(?=(?:[A-Z]\w*)?(?:Error|Exception)(?: \[\w+\])?: )/;

const SOURCE_HEADER = /^(?:(?:file:\/\/)?\/|node:|\[).*:\d+$/;
const CARET = /^\s*\^+\s*$/;
const HEADER_LINES = 8;

/**
 * What ended a Node program, whatever was thrown: Node prints the place, the source line, a caret, the error or value,
 * and last of all its own version.
 */
export function uncaughtError(lines: readonly string[], codeDir: string): FoundError | undefined {
  const version = lines.findLastIndex((line) => /^Node\.js v\d/.test(line));
  const block = lines.slice(0, Math.max(0, version));
  const caretAfter = (at: number) => {
    const length = block.slice(at + 1, at + 1 + HEADER_LINES).findIndex((line) => CARET.test(line));
    return length < 0 ? -1 : at + 1 + length;
  };
  const header = block.findLastIndex((line, index) => SOURCE_HEADER.test(line) && caretAfter(index) >= 0);
  if (header < 0) return undefined;
  const head = caretAfter(header) + 1;
  // An error without frames of its own is followed by its members: "[AggregateError: …] {".
  const isValue = /^\[.+\] \{$/.test(block[head + (block[head] === '' ? 1 : 0)] ?? '');
  const end = block.findIndex(
    (line, index) =>
      index >= head &&
      (ANY_NODE_FRAME.test(line) || line.startsWith('(Use `node ') || (isValue && /^\s+\[\w+\]: /.test(line))),
  );
  const message = block
    .slice(head, end < 0 ? block.length : end)
    .join('\n')
    .trim();
  if (message === '') return undefined;
  const frameAt = isValue ? -1 : block.findIndex((line, index) => index >= head && ANY_NODE_FRAME.test(line));
  return {
    message: withoutBrackets(message.replace(/^Uncaught:\s+/, '')),
    position: nodePosition(block, head + (block[head] === '' ? 1 : 0), frameAt, codeDir),
    ...nodeCause(block.slice(head), codeDir),
    weight: 'fatal',
    at: header,
    end: version + 1,
  };
}

// An error without frames is printed as a value: "[Error: no data] {".
function withoutBrackets(message: string): string {
  return message.replace(/^\[(.+)\](?: \{)?$/, '$1').replace(/ \{$/, '');
}

/** An error that a Node program printed with its frames before it ended. */
export function loggedError(lines: readonly string[], codeDir: string): FoundError | undefined {
  const hasEnded = lines.some((line) => /^Node\.js v\d/.test(line));
  const lastHead = lines.findLastIndex((line, index) => NODE_ERROR.test(line) && (hasEnded || hasFrames(lines, index)));
  const head = lastHead >= 0 ? lastHead : firstHead(lines);
  if (head < 0) return undefined;
  const frameAt = lines.findIndex((line, index) => index > head && ANY_NODE_FRAME.test(line));
  const end = frameAt < 0 ? lines.findIndex((line, index) => index > head && line.trim() === '') : frameAt;
  const text = lines
    .slice(head, end < 0 ? head + 1 : end)
    .join('\n')
    .trim();
  const message = text.replace(INTRODUCTION, '');
  const after = lines.slice(Math.max(head, frameAt));
  const length = after.findIndex((line) => !/^\s/.test(line) && line !== '}');
  return {
    message,
    position: nodePosition(lines, head, frameAt, codeDir),
    ...nodeCause(lines.slice(head), codeDir),
    weight: 'logged',
    at: head,
    end: frameAt < 0 ? head + 1 : length < 0 ? lines.length : frameAt + length,
  };
}

const CAUSE = /^\s+\[cause\]: (?:\[?)(\S.*?)(?: \{)?$/;
const MEMBERS = /^\s+\[errors\]: \[$/;

/** The innermost error that Node prints as the cause of another one, or the first of an AggregateError. */
function nodeCause(lines: readonly string[], codeDir: string): Pick<FoundError, 'cause'> {
  const end = lines.findIndex((line, index) => index > 0 && (line.startsWith('Node.js v') || line === '}'));
  const body = lines.slice(0, end < 0 ? lines.length : end);
  const members = body.findIndex((line) => MEMBERS.test(line));
  const at = members >= 0 ? members + 1 : body.findLastIndex((line) => CAUSE.test(line));
  const text = members >= 0 ? body[at]?.trim() : CAUSE.exec(body[at] ?? '')?.[1];
  if (at < 0 || text === undefined || text === '') return {};
  const rest = body.slice(at + 1);
  const length = rest.findIndex((line) => !ANY_NODE_FRAME.test(line));
  const frame = framesIn(rest.slice(0, length < 0 ? rest.length : length)).find(({ file }) => isOwnFile(file, codeDir));
  const where =
    frame === undefined || frame.line === '0' ? '' : ` (${shortName(frame.file, codeDir)}, line ${frame.line})`;
  return { cause: `caused by ${text.replace(/,$/, '')}${where}` };
}

interface NodeFrame {
  readonly name: string | undefined;
  readonly file: string;
  readonly line: string | undefined;
  readonly column: string | undefined;
}

function framesIn(lines: readonly string[]): readonly NodeFrame[] {
  return lines.flatMap((line) => {
    const match = NODE_FRAME.exec(line);
    return match === null ? [] : [{ name: match[1], file: match[2] ?? '', line: match[3], column: match[4] }];
  });
}

function hasFrames(lines: readonly string[], at: number): boolean {
  return lines.slice(at + 1, at + 12).some((line) => ANY_NODE_FRAME.test(line));
}

// The first line that a run of frames belongs to: the one above them that is not indented.
function firstHead(lines: readonly string[]): number {
  let above = -1;
  for (const [index, line] of lines.entries()) {
    if (/^\S/.test(line)) above = index;
    else if (NODE_FRAME.test(line) && isHead(lines[above] ?? '', above === index - 1)) return above;
  }
  return -1;
}

function isHead(line: string, isDirect: boolean): boolean {
  return NODE_ERROR.test(line) || (isDirect && INTRODUCTION.test(line));
}

function nodePosition(lines: readonly string[], head: number, frameAt: number, codeDir: string): string | undefined {
  const header = sourceHeader(lines, head);
  // A syntax error has no frame of the user's: Node prints the place above the error.
  if (/^\S*SyntaxError|^Error \[Transform|^Error: Transform/.test(lines[head] ?? '') && header !== undefined) {
    return `${shortName(header.file, codeDir)}, line ${header.line}`;
  }
  const below = frameAt < 0 ? [] : lines.slice(frameAt);
  // Those of its cause follow.
  const length = below.findIndex((line) => !ANY_NODE_FRAME.test(line));
  const frame = framesIn(below.slice(0, length < 0 ? below.length : length)).find(({ file }) =>
    isOwnFile(file, codeDir),
  );
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
