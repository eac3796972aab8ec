import type { ScriptError } from '../script-error.ts';
import { levelOf } from './log-line.ts';

// Lines that tools print after their error, and that do not explain it.
const FAREWELLS = [
  // pip
  /^\[notice\] /,
  /^WARNING: (?:You are using pip|There was an error checking|Ignoring |Location |Running pip as)/,
  /^You should consider upgrading via the /,
  /^(?:note|hint): /,
  /^╰─> /,
  // npm, pnpm and yarn
  /^npm (?:error|ERR!)(?: A complete log of this run| {3,}.*\.log$|\s*$)/,
  /^npm notice/,
  /^ELIFECYCLE\s/,
  /^error Command failed with (?:exit code|signal) /,
  /^info (?:Visit|If you think)/,
  /^➤ YN0000: /,
  // DeepSpeed, whose line names the command of its last process, not of the one that failed.
  /^\[\d{4}-\d\d-\d\d [^\]]*\] \[\w+\] \[launch\.py:\d+:sigkill_handler\] /,
  // pdsh
  /^pdsh@\S+: \S+: ssh exited with exit code /,
  // R without the error
  /^Execution halted$/,
  // Go and make
  /^exit status \d+$/,
  /^make(?:\[\d+\])?: \*\*\* .*Error \d+/,
  // Perl
  /^BEGIN failed--compilation aborted/,
  // coreutils
  /^\S*env: use -\[v\]S to pass options/,
  // Python, at its end
  /resource_tracker: There appear to be \d+ leaked|^\s+warnings\.warn\(/,
];

// What libraries log below the level of errors: absl and glog (TensorFlow, PyTorch), and TensorFlow's older form.
const LOGS = [
  /^\[?[IW]\d{4} \d\d:\d\d:\d+\.\d+ /,
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IW] /,
  /^WARNING: All log messages before absl::InitializeLog/,
  /^To enable the following instructions: .* rebuild TensorFlow/,
];

// Progress bars, and warnings of Python and Node.
const NOTES = [/\d+%\s?\|/, /\d+(?:\.\d+)? ?(?:it|s|[kMG]?B)\/s\b/, /(?:^|: )(?:\w+\.)*\w*Warning: /, /^\(node:\d+\) /];

// An error that is announced as such, at the start of a line.
const ANNOUNCED =
  /^(?:[\w./-]+(?::\d+)*: )?(?:fatal(?: error)?|error|(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception)): \S/i;
// What follows an error without being one: indented lines, advice, usage.
const HINT =
  /^(?:\s|[-*•] |\d+\. |(?:usage|options?|arguments|commands|examples?|notes?|hint|see|try|please|if you|run|for (?:more|help)|did you mean|use|help|visit|more|caused by|stacktrace|in expression starting|compilation terminated)\b)/i;

/**
 * The last line that says why the program ended: one that announces an error or is logged as one, if only hints or messages
 * below that level follow; else the last line that is neither a message of a low level nor a tool's farewell. If there are
 * only farewells, the first of them.
 */
export function lastWords(lines: readonly string[]): ScriptError | undefined {
  const written = lines.filter((line) => line.trim() !== '' && !LOGS.some((log) => log.test(line)));
  const plain = withoutNotices(written).filter((line) => !FAREWELLS.some((farewell) => farewell.test(line.trim())));
  const beforeHints = plain.findLast((line) => !isHint(line));
  const announced = beforeHints !== undefined && isAnnounced(beforeHints) ? beforeHints : undefined;
  const last = announced ?? plain.findLast((line) => levelOf(line) !== 'info') ?? plain.at(-1);
  const message = last ?? firstSentence(written);
  if (message === undefined) return undefined;
  const isNote = last === undefined || (announced === undefined && explainsNothing(last));
  return { message: message.trim(), position: undefined, isGuess: true, ...(isNote && { isNote }) };
}

function explainsNothing(line: string): boolean {
  const level = levelOf(line);
  return level === 'info' || level === 'warning' || NOTES.some((note) => note.test(line));
}

function isAnnounced(line: string): boolean {
  return ANNOUNCED.test(line) || levelOf(line) === 'error';
}

function isHint(line: string): boolean {
  const level = levelOf(line);
  return level === 'info' || level === 'warning' || (HINT.test(line) && !isAnnounced(line.trim()));
}

// Exactly so many.
const RULE = /^-{74}$/;

/** Open MPI puts its messages about other programs between rules. */
function withoutNotices(lines: readonly string[]): readonly string[] {
  let isInside = false;
  return lines.filter((line) => {
    if (!RULE.test(line)) return !isInside;
    isInside = !isInside;
    return false;
  });
}

function firstSentence(lines: readonly string[]): string | undefined {
  const start = lines.findIndex((line) => !RULE.test(line));
  if (start < 0) return lines.at(-1);
  const end = lines.findIndex((line, index) => index >= start && /[.:]$/.test(line.trim()));
  return lines.slice(start, end < 0 ? start + 1 : end + 1).join(' ');
}
