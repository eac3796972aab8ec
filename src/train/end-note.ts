import { join, resolve } from 'node:path';
import { hasWindowsLineEnds, interpreterProblem } from '../entry-point/executable.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { OptmlError } from '../errors/error.ts';
import type { LaunchEnd } from '../launchers/launcher.ts';
import type { FailedStep } from '../outcome/failure-text.ts';
import type { ProcessEnd } from '../process/process-end.ts';
import { missingPackageNote } from './missing-package.ts';
import type { PreparedJob } from './prepare-job.ts';
import type { PreparedProgram } from './prepare-program.ts';

/**
 * What is known about a failed end, apart from the output of the program. A part of its own: most programs succeed.
 *
 * @throws OptmlError START_FAILED if its arguments and variables are too large together.
 */
export function notesOn(end: LaunchEnd, job: PreparedJob): Pick<FailedStep, 'note' | 'about'> {
  const ended = howItEnded(end, job);
  // A program that aborts prints the reason before, as a rule.
  if (end.note === undefined && ended !== undefined && ended === crashNote(end)) return { about: ended };
  const parts = [end.note, ended].filter((part) => part !== undefined);
  const about = missingPackageNote(job.mask(end.errorOutput), job.environment.paths.codeDir);
  return { ...(parts.length > 0 && { note: parts.join(': ') }), ...(about !== undefined && { about }) };
}

function crashNote({ signal }: ProcessEnd): string | undefined {
  return signal === null || signal === 'SIGKILL' ? undefined : `killed by ${signal}`;
}

function howItEnded(end: LaunchEnd, { program, environment, stop }: PreparedJob): string | undefined {
  if (end.startError !== null) return startNote(end.startError, program, environment);
  if (end.isKilledAfterGrace) {
    return `killed: still running ${environment.settings.stopGraceSeconds} s after ${stop.signal} (OPTML_STOP_GRACE_SECONDS)`;
  }
  if (stop.signal !== undefined) {
    return end.signal === stop.signal
      ? `stopped by ${stop.signal}, which the program did not handle`
      : `stopped by ${stop.signal}`;
  }
  return crashNote(end) ?? (end.signal === null ? lineEndsNote(program, environment) : killNote(end));
}

// A script with such line ends may work up to a certain line.
function lineEndsNote({ kind, command }: PreparedProgram, { paths }: TrainingEnvironment): string | undefined {
  const script = command.at(-1);
  if (kind !== 'command' || script === undefined || !hasWindowsLineEnds(resolve(paths.codeDir, script)))
    return undefined;
  return `the lines of ${script} end with a carriage return (CR LF), which a shell takes for a part of each last word. Save the file with Unix line ends (LF)`;
}

function killNote(end: ProcessEnd): string {
  if (end.memoryKills === undefined)
    return 'killed by SIGKILL, not by optml; the kernel does not report whether a memory limit was the reason';
  return end.memoryKills > 0
    ? 'killed by the kernel: out of memory'
    : 'killed by SIGKILL, not by optml or a memory limit';
}

function startNote(code: string, program: PreparedProgram, environment: TrainingEnvironment): string {
  const [file] = program.command;
  if (code === 'E2BIG') {
    throw new OptmlError('START_FAILED', 'the arguments and variables of the program are too large together', {
      where: 'input/config/hyperparameters.json',
      fix: 'Pass large values as files in a channel.',
    });
  }
  if (code === 'ENOENT') {
    const problem = interpreterProblem(join(environment.paths.codeDir, file));
    return `${file} cannot be started: ${problem ?? 'it does not exist, or was made for another system'}`;
  }
  return `${file} cannot be started: ${START_PROBLEMS[code] ?? code}`;
}

const START_PROBLEMS: Readonly<Record<string, string>> = {
  EACCES:
    'permission denied (EACCES). Make the file executable: chmod +x FILE. Its file system must allow programs, too',
  ENOEXEC: 'exec format error (ENOEXEC): it was built for another architecture than this machine has, or is no program',
};
