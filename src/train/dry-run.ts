import { readdirSync } from 'node:fs';
import { requireBaseDirectory } from '../config/base-directory.ts';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { entryPointKind, isDirectory } from '../entry-point/kind.ts';
import { planLaunch } from '../entry-point/launch.ts';
import { type EntryPoint, locateEntryPoint } from '../entry-point/locate.ts';
import { userArguments } from '../environment/arguments.ts';
import { checkPassable } from '../environment/exec-limits.ts';
import { jobSecrets } from '../environment/job-secrets.ts';
import { readTrainingJob } from '../environment/read-training-job.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { trainingVariables } from '../environment/variables.ts';
import { asOptmlError, describeError } from '../errors/error.ts';
import type { LaunchPlan } from '../launchers/launcher.ts';
import { LAUNCHERS } from '../launchers/launcher-table.ts';
import * as masking from '../log/masking/masking.ts';
import { printMessage, printResult } from '../log/print.ts';
import { quoteCommand } from '../process/quote-command.ts';
import { visibleJson } from '../text/visible.ts';
import { moduleProgram, type PreparedProgram } from './prepare-program.ts';
import { describe } from './run-program.ts';

/** What is shown: the plan with every secret masked. */
interface Preview {
  readonly launcher: LaunchPlan['launcher'];
  readonly role: LaunchPlan['role'];
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Shows what `train` would start on this host, and starts, writes, fetches and waits for nothing. Returns the exit code:
 * 1 for a job that `train` would refuse before it started anything.
 */
export async function dryRun(variables: Readonly<NodeJS.ProcessEnv>, isJson: boolean): Promise<number> {
  try {
    const preview = await previewOf(variables);
    printResult(isJson ? visibleJson(`${JSON.stringify(preview)}\n`) : readable(preview));
    return EXIT_CODES.success;
  } catch (thrown) {
    const error = asOptmlError(thrown);
    printMessage(masking.makeMasker(masking.collectSecrets(variables, new Map())).mask(describeError(error)));
    return error.exitCode;
  }
}

async function previewOf(variables: Readonly<NodeJS.ProcessEnv>): Promise<Preview> {
  const paths = requireBaseDirectory(variables);
  const environment = await readTrainingJob(paths, variables, (message) => printMessage(message));
  const exported = trainingVariables(environment);
  const program = await previewProgram(environment);
  const args = program.takesArguments ? userArguments(environment.hyperparameters, environment.settings) : [];
  checkPassable(exported, args);
  const description = describe(program, environment, { args, exported });
  const { launcher, role, command, added } = program.launcher.plan(description);
  const all = Object.entries({ ...description.variables, ...added });
  const { mask, maskKnown } = masking.makeMasker(jobSecrets(environment, variables)(masking));
  return {
    launcher,
    role,
    argv: masking.maskArguments(command).map(mask),
    env: Object.fromEntries(all.map(([name, value = '']) => [name, maskKnown(masking.maskNamed(name, value))])),
  };
}

async function previewProgram(environment: TrainingEnvironment): Promise<PreparedProgram> {
  const { paths, distribution } = environment;
  if (environment.trainingModule) return moduleProgram(environment.trainingModule, environment);
  const codeDir = presentCodeDir(environment);
  const entryPoint = await locatePresent(environment.program, codeDir ?? paths.codeDir, codeDir !== undefined);
  const plan = await planLaunch(
    entryPoint,
    { ...environment, paths: { ...paths, codeDir: codeDir ?? paths.codeDir } },
    true,
  );
  return { ...plan, kind: entryPoint.kind, takesArguments: true, launcher: LAUNCHERS[distribution.launcher] };
}

/** Where the source can be looked at: the code directory, or the folder that it is still to be copied from, if it is one. */
function presentCodeDir({ paths, sourceLocation }: TrainingEnvironment): string | undefined {
  if (isDirectory(paths.codeDir) && readdirSync(paths.codeDir).length > 0) return paths.codeDir;
  if (sourceLocation === paths.codeDir) return paths.codeDir;
  const location = sourceLocation.replace(/^file:\/\//, '');
  return isDirectory(location) ? location : undefined;
}

/** The program where it can be looked at; else its name alone tells what it is. */
async function locatePresent(program: string | null, codeDir: string, isPresent: boolean): Promise<EntryPoint> {
  if (program === null || isPresent) return locateEntryPoint(program, codeDir);
  return { kind: entryPointKind(program, codeDir), path: program };
}

function readable({ launcher, role, argv, env }: Preview): string {
  const lines = Object.entries(env).map(([name, value]) => `  ${name}=${value}`);
  return [
    `launcher: ${launcher}`,
    `role: ${role}`,
    `command: ${quoteCommand(argv)}`,
    'environment:',
    ...lines,
    '',
  ].join('\n');
}
