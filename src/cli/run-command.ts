import { resolve } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import type { TrainAhead } from '../engines/train-ahead.ts';
import { maskedError } from '../errors/masked-error.ts';
import { algorithmProblems, prepareRequest } from '../local/run-training-job.ts';
import { printMessage, printResult } from '../log/print.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { requestError } from '../request/request-error.ts';
import { rawRequestMask } from '../request/request-mask.ts';
import { instanceTypeWarnings } from '../staging/instance-types.ts';
import { visibleJson } from '../text/visible.ts';
import { REQUEST_HELP, REQUEST_OPTIONS, readJobRequest } from './options/job-request.ts';
import type { GivenOptions } from './options/parse-options.ts';
import { type CommandRules, readOptions } from './options/read-options.ts';
import { usageError } from './options/usage-error.ts';
import { ENGINE_HELP, ENGINE_OPTIONS, engineOptions } from './run/engine-options.ts';
import { type RunSetting, runRequest } from './run/run-request.ts';
import { findRunTarget } from './run/run-target.ts';
import { checkInputs } from './run-inputs.ts';

export { RERUN_RULES, rerunCommand } from './run/rerun-command.ts';

const HELP = `optml run - runs a whole training job on this machine, as SageMaker does

Usage: optml run job.json [OPTIONS]      a CreateTrainingJob request, as JSON or YAML
       optml run train.ts [OPTIONS]      a program; its source is the folder of its package.json, or its own
       optml run DIR [OPTIONS]           job.json in it, else its program: "main" of package.json, or train.*
       optml run [OPTIONS]               job.json of the working directory
       optml run - [OPTIONS]             a request on standard input
       optml run --source DIR --program FILE [OPTIONS]

The request (options win over the file):
${REQUEST_HELP}

How optml runs it:
${ENGINE_HELP}
  --watch                 run again when the source or the job file changes; Ctrl-C ends it
  --as-platform           reject local-only values, such as paths: check a file before you submit it
  --print-request         print the whole request, secrets included, and run nothing
  --help                  this text

The request also accepts file:// URIs and paths (., .., or starting with /, ./ or ../) in place of S3 URIs, and the instance
type local. RoleArn and VolumeSizeInGB are optional. Ctrl-C stops the job as SageMaker does. Press it again to kill the job
immediately. If it is already packing or uploading, the second Ctrl-C ends that: "optml deliver JOB" delivers later.
Exit code: 0 Completed, 1 Failed, 2 not started, 3 Stopped, 4 Completed but not all delivered, 70 a defect of optml.
`;

/** The options of `optml run`. */
export const RUN_RULES: CommandRules = {
  command: 'optml run',
  help: HELP,
  optionalOperands: ['FILE'],
  flags: ['as-platform', 'print-request', 'watch', ...ENGINE_OPTIONS.flags],
  exclusive: ENGINE_OPTIONS.exclusive,
  values: [...REQUEST_OPTIONS.values, ...ENGINE_OPTIONS.values],
  lists: REQUEST_OPTIONS.lists,
  choices: ENGINE_OPTIONS.choices,
};

/**
 * The command `optml run`. Returns the exit code: 0 Completed, 1 Failed, 2 not started, 3 Stopped, 4 for output
 * that is not delivered, 70 for a defect. `ahead`
 * is a `train` that was started when nothing but the words of the command was known.
 *
 * @throws OptmlError for a wrong option or request, exit code 2.
 */
export async function runCommand(
  args: readonly string[],
  variables: Readonly<NodeJS.ProcessEnv>,
  ahead?: TrainAhead,
): Promise<number> {
  const given = readOptions(args, RUN_RULES);
  if (given === undefined) return EXIT_CODES.success;
  const setting: Setting = { given, engine: engineOptions(given), variables, ahead };
  if (given.flags.has('watch')) return watch(setting);
  const { request, notes, mask } = await prepare(given);
  if (given.flags.has('print-request')) {
    for (const warning of instanceTypeWarnings(request)) printMessage(warning);
    printResult(visibleJson(`${JSON.stringify(request, null, 2)}\n`));
    return EXIT_CODES.success;
  }
  return runRequest(request, { ...setting, mask, notes });
}

type Setting = Pick<RunSetting, 'given' | 'engine' | 'variables' | 'ahead'>;

async function watch(setting: Setting): Promise<number> {
  const { given, variables } = setting;
  const other = ['json', 'print-request'].find((name) => given.flags.has(name));
  if (other !== undefined)
    throw usageError(given.command, `--watch and --${other} cannot be combined`, 'Leave one out.');
  if (given.operands[0] === '-') {
    throw usageError(given.command, '--watch needs a job file that it can read again', 'Give a file in place of "-".');
  }
  const { watchRun } = await import('./run/watch/watch-run.ts');
  const { watchedRoots } = await import('./run/watch/watched-roots.ts');
  return watchRun(async (isFirst) => {
    const { request, notes, mask, jobFile } = await prepare(given);
    const roots = await watchedRoots(request, { jobFile, variables });
    // The `train` that waits is one of the first run.
    const once = { ...setting, ahead: isFirst ? setting.ahead : undefined, mask, notes };
    return { roots, run: (stop) => runRequest(request, { ...once, stop }) };
  });
}

/** A job that can run. */
interface PreparedRun extends Pick<RunSetting, 'mask' | 'notes'> {
  readonly request: TrainingJobRequest;
  /** Absolute; undefined without one. */
  readonly jobFile: string | undefined;
}

/** Finds and checks what the command names. @throws OptmlError USAGE, REQUEST_INVALID, its secrets masked. */
async function prepare(wanted: GivenOptions): Promise<PreparedRun> {
  const { given, found } = findRunTarget(wanted);
  let mask = (text: string) => text;
  const request = await requestOf(given, (value) => {
    mask = rawRequestMask(value);
  }).catch((error: unknown) => {
    throw maskedError(error, mask);
  });
  const [file] = given.operands;
  const jobFile = file === undefined || file === '-' ? undefined : resolve(file);
  return { request, mask, notes: found === undefined ? [] : [found], jobFile };
}

/** The whole request: the file with what the options say, checked. @throws OptmlError USAGE, REQUEST_INVALID. */
async function requestOf(given: GivenOptions, onRequest: (value: unknown) => void): Promise<TrainingJobRequest> {
  const { value, where, baseDir, scalars, optionAt } = await readJobRequest(given);
  onRequest(value);
  const isAsPlatform = given.flags.has('as-platform');
  const prepared = prepareRequest(value, { where, baseDir, isAsPlatform, scalars, optionAt });
  if (!given.flags.has('print-request')) {
    await checkInputs(prepared, { where, optionAt, engine: given.values.get('engine') });
    const problems = await algorithmProblems(prepared);
    if (problems.length > 0) throw requestError(problems, where, optionAt);
  }
  return prepared;
}
