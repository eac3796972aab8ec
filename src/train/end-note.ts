import { join } from 'node:path';
import { interpreterProblem } from '../entry-point/executable.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { OptmlError } from '../errors/error.ts';
import type { LaunchEnd } from '../launchers/launcher.ts';
import type { ProcessEnd } from '../process/process-end.ts';
import type { PreparedJob } from './prepare-job.ts';
import type { PreparedProgram } from './prepare-program.ts';

/**
 * What is known about a failed end, apart from the output of the program. A part of its own: most programs succeed.
 *
 * @throws OptmlError START_FAILED if its arguments and variables are too large together.
 */
export function noteOn(end: LaunchEnd, job: PreparedJob): string | undefined {
  const parts = [end.note, howItEnded(end, job)].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(': ');
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
  return end.signal === null ? undefined : signalNote(end);
}

function signalNote(end: ProcessEnd): string {
  if (end.signal !== 'SIGKILL') return `killed by ${end.signal}`;
  if (end.memoryKills === undefined)
    return 'killed by SIGKILL, not by optml; whether for want of memory, the kernel does not say';
  return end.memoryKills > 0
    ? 'killed by the kernel: out of memory'
    : 'killed by SIGKILL, not by optml and not for want of memory';
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
  return `${file} cannot be started: ${code}`;
}
