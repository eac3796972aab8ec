import { FAILURE_REASON } from '../contract/failure-reason.ts';
import type { ProcessEnd } from '../process/process-end.ts';
import { clientMistake } from './client-mistake.ts';
import { findScriptError, type ScriptError } from './last-error.ts';
import { stripColours } from './output-lines.ts';

export { findScriptError } from './last-error.ts';
export { describeCause } from './script-error.ts';

/** What a failed step looked like, for {@link scriptFailureText}. */
export interface FailedStep {
  /** The reference's class names (contract C51). */
  readonly failureClass: 'ExecuteUserScriptError' | 'InstallModuleError' | 'InstallRequirementsError';
  readonly end: ProcessEnd;
  /** The command for people, secrets masked. */
  readonly command: string;
  /** Where the user's code is, the failure file that it may have written, and which host this is. */
  readonly environment: {
    readonly paths: { readonly codeDir: string; readonly failureFile?: string };
    readonly resources: { readonly hosts: readonly string[]; readonly currentHost: string };
  };
  /** Masks secrets in the output of the script. */
  readonly mask: (text: string) => string;
  /** The first line if optml itself knows more than the output says: how the program was stopped, which rank failed. */
  readonly note?: string | undefined;
  /** How the step failed: a signal, advice. Comes after an error of the program, and before mere last words. */
  readonly about?: string | undefined;
}

/** The first line of a program that failed without a word on standard error. */
export const SILENCE = 'the program wrote nothing to standard error';

// The command is shown whole, but no more than this much of it takes room from the script's own words.
const COMMAND_ROOM = 200;
const MESSAGE_ROOM = 600;
const CAUSE_ROOM = 250;
const PLACE_ROOM = 200;

/**
 * The failure file's text for a program that failed, in the reference's form (contract C51): class, `ExitCode`,
 * `ErrorMessage`, `Command`. The error's own message and place come first, then as many of the last lines as fit into
 * the characters that the platform shows (C50). An algorithm that reports a mistake of the user has written the text itself.
 */
export function scriptFailureText(step: FailedStep): string {
  const { end } = step;
  const { failureFile } = step.environment.paths;
  const mistake = failureFile === undefined ? undefined : clientMistake(end, failureFile);
  if (mistake !== undefined) return mistake;
  const head = `${step.failureClass}:\nExitCode ${end.exitCode}\nErrorMessage "`;
  const extra = end.memoryKills ? `\nExtraInfo "${memoryNote(end)}"` : '';
  const foot = `"${extra}\nCommand "${step.command}"`;
  const output = step.mask(stripColours(end.errorOutput));
  const error = findScriptError(output, step.environment.paths.codeDir);
  const summary = summaryOf(step, error);
  const used = head.length + summary.length + extra.length + Math.min(step.command.length, COMMAND_ROOM) + 14;
  const room = FAILURE_REASON.maxLength - FAILURE_REASON.prefix.length - used;
  return `${head}${summary}${lastLines(error?.traceback ?? output, summary, room)}${foot}`;
}

function summaryOf(step: FailedStep, error: ScriptError | undefined): string {
  const own = error === undefined ? '' : describeScriptError(error, step);
  const about = step.about ?? '';
  const told = error === undefined || error.isGuess ? [about, own] : [own, about];
  return (
    [step.note ?? '', silentPeerOf(error, step), ...told].filter((part) => part !== '').join('\n') ||
    silenceNote(step.end)
  );
}

/** DeepSpeed prints the end of its processes to standard output, which `train` does not read. It ends as the first of them did. */
function silentPeerOf(error: ScriptError | undefined, { end, environment }: FailedStep): string {
  // On several hosts, the peer may have printed its error on another one.
  if (error?.silentPeer === undefined || environment.resources.hosts.length > 1) return '';
  // An error that Python prints ends with 1.
  return end.exitCode === 1 ? error.silentPeer : `a rank without an error of its own: exit code ${end.exitCode}`;
}

function describeScriptError({ message, position, cause, who, host }: ScriptError, step: FailedStep): string {
  const { hosts, currentHost } = step.environment.resources;
  const where = host ?? (who === undefined || hosts.length < 2 ? undefined : currentHost);
  const process = where === undefined ? who : `${who ?? 'worker'} on ${where}`;
  const [first = '', ...more] = joinIntroduction(shorten(message, MESSAGE_ROOM)).split('\n');
  const place = position === undefined ? '' : ` (${shorten(position, PLACE_ROOM)})`;
  const origin = cause === undefined ? '' : `; ${shorten(cause, CAUSE_ROOM)}`;
  const own = [`${first}${place}${origin}`, ...more].join('\n');
  // Launchers of optml name the rank in the note.
  const isNamed = process === undefined || step.note?.startsWith(`${who} on `);
  return isNamed ? own : `${process}: ${own}`;
}

/** Puts the cause into the first line, if this line only announces it: `Transform failed with 1 error:`. */
function joinIntroduction(message: string): string {
  return message.replace(/^([^\n]*:)[ \t]*\n\s*(?=\S)/, '$1 ');
}

function silenceNote(end: ProcessEnd): string {
  return end.signal === null ? SILENCE : `killed by ${end.signal}`;
}

// The reference's words for a killed program; for one that failed because a part of it was killed, ours.
function memoryNote(end: ProcessEnd): string {
  if (end.exitCode === 137 && !end.isKilledAfterGrace) return 'OutOfMemory: Process killed by SIGKILL (signal 9)';
  return 'OutOfMemory: the kernel killed a process of this job (SIGKILL, signal 9)';
}

// The last lines as context, only where they say more than the summary does.
function lastLines(output: string, summary: string, room: number): string {
  const text = output.trim();
  if (text === '' || summary.includes(text)) return '';
  const marker = '\n\n…';
  const available = room - marker.length;
  if (available < 40) return '';
  if (text.length <= available) return `\n\n${text}`;
  const cut = text.slice(-available);
  const newline = cut.indexOf('\n');
  return marker + (newline >= 0 && newline < available / 2 ? `\n${cut.slice(newline).trimStart()}` : cut);
}

function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor((limit - 3) / 2);
  return `${text.slice(0, half)} … ${text.slice(-half)}`;
}
