import { userArguments } from '../environment/arguments.ts';
import { startBanner } from '../environment/banner.ts';
import { arePlainlyPassable } from '../environment/plainly-passable.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { trainingVariables } from '../environment/variables.ts';
import type { LaunchContext, LaunchDescription } from '../launchers/launcher.ts';
import { LEVELS } from '../log/log.ts';
import { supervise } from '../process/supervise.ts';
import type { PreparedJob } from './prepare-job.ts';
import type { PreparedProgram } from './prepare-program.ts';
import { shownCommand } from './shown-command.ts';

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
 * @throws OptmlError HYPERPARAMETER_INVALID, CONFIG_SHAPE, VALUE_TOO_LARGE or START_FAILED; not for a program that fails.
 */
export async function runProgram(job: PreparedJob): Promise<ProgramOutcome> {
  const { environment, program, stop } = job;
  const exported = trainingVariables(environment);
  const args = program.takesArguments ? userArguments(environment.hyperparameters, environment.settings) : [];
  if (!arePlainlyPassable(exported, args)) (await import('#environment/exec-limits')).checkPassable(exported, args);
  const description = describe(program, environment, { args, exported });
  const { command: argv, added, scriptCommand = argv } = program.launcher.plan(description);
  const command = shownCommand(argv);
  const all = new Map([...exported, ...Object.entries(added)]);
  const end = await program.launcher.run(description, launchContext(job, all, command));
  const isStoppedInTime = stop.signal !== undefined && !end.isKilledAfterGrace;
  if (end.exitCode === 0 && !end.isKilledAfterGrace) return { exitCode: 0, failureText: undefined, isStoppedInTime };
  const { scriptFailureText } = await import('#outcome/failure-text');
  const { notesOn } = await import('#train/end-note');
  const failureText = scriptFailureText({
    failureClass: 'ExecuteUserScriptError',
    end,
    command: shownCommand(scriptCommand),
    environment,
    mask: job.mask,
    ...notesOn(end, job),
  });
  // A program that ended well after its time was over had its group killed: that is no success.
  return { exitCode: end.exitCode || 137, failureText, isStoppedInTime };
}

function launchContext(
  { environment, stop, log, stderr, outputPipe, intermediate, waits, jobSecret }: PreparedJob,
  variables: ReadonlyMap<string, string>,
  command: string,
): LaunchContext {
  // The banner has hundreds of lines: it is not made for a log that would hide it.
  const onStart = () => {
    if (Number(environment.logLevel) <= LEVELS.info) log.info(startBanner(environment, variables, command));
    intermediate?.start();
  };
  const graceSeconds = environment.settings.stopGraceSeconds;
  return { stop, graceSeconds, log, outputPipe, onStart, supervise, jobSecret, writeError: stderr.writeBytes, waits };
}

/** The program as its launcher gets it. `exported`: the variables that were made for it. */
export function describe(
  program: Pick<PreparedProgram, 'command' | 'variables' | 'kind'>,
  environment: TrainingEnvironment,
  { args, exported }: { readonly args: readonly string[]; readonly exported: ReadonlyMap<string, string> },
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
