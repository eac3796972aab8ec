import type { FoundError } from '../script-error.ts';

// "./train.sh: line 3: foo: command not found" (bash), "./train.sh: 3: foo: not found" (dash).
const LINE = /^(?:\.\/)?(\S+): (?:line )?(\d+): +(.+)$/;
// "exec /opt/train: exec format error" (the runtime of containers), "bash: ./train: Permission denied".
const START =
  /^(?:(?:-?(?:ba|da|z|k)?sh|\/\S+\/\w*sh|exec|env|\/usr\/bin\/env|nohup|nice|time|timeout|tini|su-exec|gosu)\b.*: |exec \S+: )(?:no such file or directory|permission denied|not found|command not found|exec format error|cannot execute.*|bad interpreter.*|required file not found)\.?$/i;
// Bash names the process that a signal ended; dash prints the signal alone.
const SIGNAL =
  /^(\d+) +(Killed|Segmentation fault|Aborted|Bus error|Illegal instruction|Floating point exception|Terminated)(?: +\(core dumped\))?(?: +(.+))?$/;
const BARE_SIGNAL =
  /^(Killed|Segmentation fault|Aborted|Bus error|Illegal instruction|Floating point exception)(?: \(core dumped\))?$/;
const CARRIAGE_RETURN = /\\r|\^M/;
const CR_ADVICE = `its file has CR LF line ends. Convert it: sed -i 's/\\r$//' FILE`;
// The file is there: its interpreter is not. Of the runtime of containers, and of bash.
const NO_INTERPRETER = /^exec \/\S+: no such file or directory|required file not found/i;
const INTERPRETER_ADVICE = `the interpreter in its #! line does not exist. If that line ends with CR LF, convert the file: sed -i 's/\\r$//' FILE`;
const FORMAT_ADVICE = 'it was built for another architecture than this machine has, or lacks its #! line';

/** What a shell, or a program that starts another one, reported as its last words; or a process that a signal ended. */
export function shellError(lines: readonly string[]): FoundError | undefined {
  // The first line of a script with such line ends fails; later ones follow from it.
  const carriage = lines.findIndex((line) => CARRIAGE_RETURN.test(line) && (LINE.test(line) || isStart(line)));
  if (carriage >= 0) return shellErrorAt(lines, carriage);
  const signal = lines.findLastIndex((line) => BARE_SIGNAL.test(line) || SIGNAL.test(LINE.exec(line)?.[3] ?? ''));
  if (signal >= 0) return shellErrorAt(lines, signal);
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return LINE.test(lines[last] ?? '') || isStart(lines[last] ?? '') ? shellErrorAt(lines, last) : undefined;
}

function isStart(line: string): boolean {
  return (
    START.test(line) ||
    /: (?:exec format error|cannot execute binary file)/i.test(line) ||
    /^\S*env: [‘'"].*[’'"]: /.test(line)
  );
}

function shellErrorAt(lines: readonly string[], at: number): FoundError {
  const line = (lines[at] ?? '').trim();
  const [, file, number, words = line] = LINE.exec(line) ?? [];
  const [, , signal, command] = SIGNAL.exec(words) ?? [];
  const text = signal === undefined ? words : command === undefined ? signal : `${signal}: ${command}`;
  return {
    message: withAdvice(text),
    position: file === undefined ? undefined : `${file}, line ${number}`,
    weight: signal !== undefined || BARE_SIGNAL.test(line) ? 'signal' : CARRIAGE_RETURN.test(line) ? 'fatal' : 'logged',
    at,
    end: at + 1,
  };
}

function withAdvice(text: string): string {
  if (CARRIAGE_RETURN.test(text)) return `${text}: ${CR_ADVICE}`;
  if (NO_INTERPRETER.test(text)) return `${text}: ${INTERPRETER_ADVICE}`;
  return /exec format error|cannot execute binary file/i.test(text) ? `${text}: ${FORMAT_ADVICE}` : text;
}
