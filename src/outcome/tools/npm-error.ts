import type { FoundError } from '../script-error.ts';

const PREFIX = /^npm (?:error|ERR!)(?: |$)/;
const CODE = /^code (\S+)$/;
// What npm prints about the error as a system knows it, before its own words.
const FIELD = /^(?:errno|syscall|path|dest|cwd|signal|command|workspace|location|gitcode) /;
// Usage, advice and where the log is.
const FAREWELL =
  /^(?:A complete log of this run|See .* for a full report|Clean install a project$|Usage:|Options:$|Run "?npm help|Fix the upstream|Note that you can also|This is (?:probably |related |most likely )?|If you (?:believe|are behind)|Did you mean|To see a list of scripts)/;
// Words that repeat the code.
const TAG = /^(?:notarget|enoent|engine|notsup|network|lifecycle|audit|code|nospc|Bad engine) (?=\S)/i;
const DETAIL = /^(?:Missing|Invalid): /;
const UNRESOLVED = /^(?:Could not resolve dependency|Conflicting peer dependency):/;
// The code of a program that npm started.
const LIFECYCLE = /^(?:\d+|ELIFECYCLE)$/;
const ERROR = /\b\w*Error: |\berror: |: (?:command )?not found$/i;

/** The error of npm: the lines after its code, without usage and advice. */
export function npmError(lines: readonly string[]): FoundError | undefined {
  const own = lines.flatMap((line, index) =>
    PREFIX.test(line) ? [{ text: line.replace(PREFIX, '').trim(), index }] : [],
  );
  const first = Math.max(
    0,
    own.findLastIndex(({ text }) => CODE.test(text)),
  );
  const block = own.slice(first);
  const [head] = block;
  if (head === undefined) return undefined;
  const code = CODE.exec(head.text)?.[1];
  const texts = block.slice(code === undefined ? 0 : 1).map(({ text }) => text);
  const isLifecycle = code !== undefined && LIFECYCLE.test(code);
  const isScript = texts.some((text) => /^Lifecycle script /.test(text)) || (isLifecycle && !texts.some(isOfPackage));
  const words = isLifecycle ? lifecycleWords(texts) : ownWords(texts);
  if (words === '') return undefined;
  return {
    message: code === undefined ? `npm error ${words}` : `npm error code ${code}: ${words}`,
    position: undefined,
    weight: isScript ? 'wrapper' : 'logged',
    at: head.index,
    end: endOf(block, head.index),
  };
}

function ownWords(texts: readonly string[]): string {
  const words = beforeFarewell(texts).filter((text) => text !== '' && !FIELD.test(text));
  const [message = ''] = words;
  const unresolved = words.findIndex((text) => UNRESOLVED.test(text));
  const details = words.filter((text) => DETAIL.test(text)).slice(0, 3);
  const conflict = unresolved < 0 ? [] : [`could not resolve dependency: ${words[unresolved + 1] ?? ''}`];
  // A field may be all that npm has to say.
  const text = message || (texts.find((one) => one !== '') ?? '');
  return [text.replace(TAG, ''), ...details, ...conflict].join(' ').trim();
}

// The script of a package: which one, and its own error.
function lifecycleWords(texts: readonly string[]): string {
  const command = texts.find((text) => /^command (?!failed)/.test(text))?.replace(/^command /, '');
  const place = /node_modules\/((?:@[^/]+\/)?[^/\s]+)/.exec(texts.find((text) => text.startsWith('path ')) ?? '')?.[1];
  const start = texts.findIndex((text) => /^command (?!failed)/.test(text));
  const output = beforeFarewell(texts.slice(start + 1)).filter((text) => text !== '' && !FIELD.test(text));
  const error = output.find((text) => ERROR.test(text)) ?? output.at(-1);
  const words = error?.replace(/^(?:gyp ERR! )?(?:stack )?/, '');
  return [place, command, words].filter((part) => part !== undefined && part !== '').join(': ');
}

function isOfPackage(text: string): boolean {
  return text.startsWith('path ') && text.includes('/node_modules/');
}

function beforeFarewell(texts: readonly string[]): readonly string[] {
  const end = texts.findIndex((text) => FAREWELL.test(text));
  return texts.slice(0, end < 0 ? texts.length : end);
}

function endOf(block: ReadonlyArray<{ readonly text: string; readonly index: number }>, at: number): number {
  const farewell = block.find(({ text }) => FAREWELL.test(text));
  return farewell?.index ?? (block.at(-1)?.index ?? at) + 1;
}
