import { join } from 'node:path';
import { interpreterProblem } from '../entry-point/executable.ts';
import { userArguments } from '../environment/arguments.ts';
import { startBanner } from '../environment/banner.ts';
import { checkPassable } from '../environment/passable.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { trainingVariables } from '../environment/variables.ts';
import { OptmlError } from '../errors/error.ts';
import type { LaunchContext, LaunchDescription, LaunchEnd } from '../launchers/launcher.ts';
import { LEVELS } from '../log/log.ts';
import { maskArguments } from '../log/secrets.ts';
import { writeStderrBytes } from '../log/write-stderr.ts';
import type { ProcessEnd } from '../process/process-end.ts';
import { quoteCommand } from '../process/quote-command.ts';
import type { StopControl } from '../process/stop-control.ts';
import { supervise } from '../process/supervise.ts';
import type { Job } from './job.ts';
import type { PreparedProgram } from './prepare-program.ts';

/** What became of the program. */
export interface ProgramOutcome {
  /** The program's own; 128 + n for signal n. */
  readonly exitCode: number;
  /** Text of the failure file; undefined for success. */
  readonly failureText: string | undefined;
  /** Whether a stop was asked for and the program ended before it had to be killed: its work is kept (contract C57). */
  readonly isStoppedInTime: boolean;
}

/**
 * Runs the prepared program to its end with its variables and arguments (contract C23 and section 4).
 *
 * @throws OptmlError HYPERPARAMETER_INVALID, VALUE_TOO_LARGE or START_FAILED; not for a program that fails.
 */
export async function runProgram(
  program: PreparedProgram,
  environment: TrainingEnvironment,
  job: Job,
): Promise<ProgramOutcome> {
  const { paths, settings } = environment;
  const exported = trainingVariables(environment);
  const args = program.takesArguments ? userArguments(environment.hyperparameters, settings) : [];
  checkPassable(exported, args);
  const description = describe(program, environment, args, exported);
  const { command: argv, added } = program.launcher.plan(description);
  const command = quoteCommand(maskArguments(argv));
  // Both while the program is starting. The banner is not made for nobody to read: it is hundreds of lines.
  const onStart = () => {
    if (environment.logLevel <= LEVELS.info) {
      job.log.info(startBanner(environment, new Map([...exported, ...Object.entries(added)]), command));
    }
    job.intermediate?.start();
  };
  const context: LaunchContext = {
    stop: job.stop,
    graceSeconds: settings.stopGraceSeconds,
    log: job.log,
    outputPipe: job.outputPipe,
    onStart,
    supervise,
    writeError: writeStderrBytes,
  };
  const end = await program.launcher.run(description, context);
  const isStoppedInTime = job.stop.signal !== undefined && !end.isKilledAfterGrace;
  if (end.exitCode === 0 && !end.isKilledAfterGrace) return { exitCode: 0, failureText: undefined, isStoppedInTime };
  const { scriptFailureText } = await import('#outcome/failure-text');
  const failureText = scriptFailureText({
    failureClass: 'ExecuteUserScriptError',
    end,
    command,
    codeDir: paths.codeDir,
    secrets: job.secrets,
    note: noteOn(end, program, environment, job.stop),
  });
  // A program that ended well after its time was over had its group killed: that is no success.
  return { exitCode: end.exitCode || 137, failureText, isStoppedInTime };
}

/** The program as its launcher gets it. `exported`: the variables that were made for it. */
export function describe(
  program: Pick<PreparedProgram, 'command' | 'variables' | 'kind'>,
  environment: TrainingEnvironment,
  args: readonly string[],
  exported: ReadonlyMap<string, string>,
): LaunchDescription {
  return {
    command: program.command,
    userArguments: args,
    kind: program.kind,
    cwd: environment.paths.codeDir,
    variables: { ...program.variables, ...environment.variables, ...Object.fromEntries(exported) },
    exported,
    environment,
  };
}

function noteOn(
  end: LaunchEnd,
  program: PreparedProgram,
  environment: TrainingEnvironment,
  stop: StopControl,
): string | undefined {
  const parts = [end.note, howItEnded(end, program, environment, stop)].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(': ');
}

function howItEnded(
  end: LaunchEnd,
  program: PreparedProgram,
  environment: TrainingEnvironment,
  stop: StopControl,
): string | undefined {
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
