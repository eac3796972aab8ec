import type { ScriptError } from './script-error.ts';

const R_ERROR = /^Error(?: in .*)?(?: ?: ?.*)$/;

/** The error that ended a program in R: `Rscript` prints it, then `Calls:` and always "Execution halted". */
export function rError(lines: readonly string[]): ScriptError | undefined {
  const end = lines.lastIndexOf('Execution halted');
  const head = lines.slice(0, Math.max(0, end)).findLastIndex((line) => R_ERROR.test(line));
  if (head < 0) return undefined;
  const body = lines.slice(head, end);
  const rest = body.findIndex((line, index) => index > 0 && !/^\s+\S/.test(line));
  const message = body.slice(0, rest < 0 ? body.length : rest).join(' ');
  return { message: message.replaceAll(/\s+/g, ' ').trim(), position: undefined };
}

// Lines that tools print after their error, and that do not explain it.
const FAREWELLS = [
  // pip
  /^\[notice\] /,
  /^WARNING: (?:You are using pip|There was an error checking|Ignoring |Location )/,
  /^(?:note|hint): /,
  /^╰─> /,
  // npm
  /^npm (?:error|ERR!)(?: A complete log of this run| {3,}.*\.log$|\s*$)/,
  // DeepSpeed, whose line names the command of its last process, not of the one that failed.
  /^\[\d{4}-\d\d-\d\d [^\]]*\] \[\w+\] \[launch\.py:\d+:sigkill_handler\] /,
  // pdsh
  /^pdsh@\S+: \S+: ssh exited with exit code /,
  // R without the error
  /^Execution halted$/,
];

// What libraries log below the level of errors: absl and glog (TensorFlow, PyTorch), and TensorFlow's older form.
const LOGS = [
  /^\[?[IW]\d{4} \d\d:\d\d:\d+\.\d+ /,
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: [IW] /,
  /^WARNING: All log messages before absl::InitializeLog/,
  /^To enable the following instructions: .* rebuild TensorFlow/,
];

/** The last line that is neither a log line nor a tool's farewell; if there are only farewells, the first of them. */
export function lastWords(lines: readonly string[]): ScriptError | undefined {
  const written = lines.filter((line) => line.trim() !== '' && !LOGS.some((log) => log.test(line)));
  const plain = withoutNotices(written).filter((line) => !FAREWELLS.some((farewell) => farewell.test(line.trim())));
  const message = plain.at(-1) ?? firstSentence(written);
  return message === undefined ? undefined : { message: message.trim(), position: undefined };
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
