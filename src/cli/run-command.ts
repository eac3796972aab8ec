import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { looksLikeArchive } from '../archive/formats.ts';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import { PLATFORM_STOP_SECONDS } from '../contract/grace-periods.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../contract/toolkit-hyperparameters.ts';
import { ENGINE_NAMES } from '../engines/engine-names.ts';
import { PULL_POLICIES } from '../engines/engine-options.ts';
import { OPTION_FORMS } from '../engines/option-forms.ts';
import type { TrainAhead } from '../engines/train-ahead.ts';
import { maskedError } from '../errors/masked-error.ts';
import { kindAt } from '../job-tree/input/input-file.ts';
import { describeTrainingJob } from '../jobs/describe/describe.ts';
import { sayNumber } from '../jobs/record-file.ts';
import { codeFolders } from '../local/code-folders.ts';
import {
  algorithmProblems,
  planHosts,
  prepareRequest,
  runPreparedJob,
  type TrainingJobResult,
} from '../local/run-training-job.ts';
import { printMessage, printResult } from '../log/print.ts';
import { applyFlags, flagAt, type RequestFlags } from '../request/flags.ts';
import { type RequestFile, readRequestFile } from '../request/read-request.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { requestError } from '../request/request-error.ts';
import { rawRequestMask } from '../request/request-mask.ts';
import { instanceTypeWarnings } from '../staging/instance-types.ts';
import { visibleJson } from '../text/visible.ts';
import { onEndSignal } from './end-signals.ts';
import { listed, numberOf, oneOf, pairsOf, readable, WHOLE_NUMBER } from './options/option-values.ts';
import type { GivenOptions } from './options/parse-options.ts';
import { type CommandRules, readOptions } from './options/read-options.ts';
import { usageError } from './options/usage-error.ts';
import { checkInputs, unpassedSettings } from './run-inputs.ts';
import { RunView, type ViewOptions } from './view/run-view.ts';

const HELP = `optml run - runs a whole training job on this machine, as SageMaker does

Usage: optml run job.json [OPTIONS]      a CreateTrainingJob request, as JSON or YAML
       optml run --source DIR --program FILE [OPTIONS]

The request (options win over the file):
  --source DIR            the source: a folder, archive or file (sagemaker_submit_directory)
  --program FILE          the entry point in it (sagemaker_program)
  --channel NAME=PLACE    an input channel: a path, file:// or s3://; may be repeated
  --hp NAME=VALUE         a hyperparameter; may be repeated
  --env NAME=VALUE        an environment variable; may be repeated
  --instances N           number of hosts
  --name NAME             the job's name
  --output PLACE          where artifacts go: a path or s3://
  --max-runtime SECONDS   when the job is stopped
  --image IMAGE           the training image, or file://DIR of a project with a Dockerfile

How optml runs it:
  --engine NAME           ${listed(ENGINE_NAMES)} (default: the first that answers)
  --pull WHEN             ${listed(PULL_POLICIES)} (default: missing)
  --gpus GPUS             GPUs for the hosts: all, a number, or device=0,1
  --shm-size SIZE         shared memory of each host, such as 2g
  --memory SIZE           most memory of each host, such as 8g
  --user USER             the user that programs run as; on process only root
  --stop-grace SECONDS    from the stop to the kill (default: ${PLATFORM_STOP_SECONDS})
  --interrupt-after SECONDS
                          simulate one spot interruption, then restart the job from its checkpoints
  --pass-credentials      give the hosts your AWS credentials: of this environment, a profile or a role
  --no-alias              run AWS's own images, also where optml has its own in their place
  --verbose               show all lines of the log, with the start banner, and the whole failure reason
  --quiet                 show the output of the program, and what is wrong
  --json                  print the answer of DescribeTrainingJob when the job has ended; its output goes to standard error
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
  flags: ['as-platform', 'print-request', 'pass-credentials', 'no-alias', 'verbose', 'quiet', 'json'],
  exclusive: ['verbose', 'quiet'],
  values: [
    ...['source', 'program', 'instances', 'name', 'output', 'max-runtime', 'image'],
    ...['engine', 'pull', 'gpus', 'shm-size', 'memory', 'user', 'stop-grace', 'interrupt-after'],
  ],
  lists: ['channel', 'hp', 'env'],
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
  const engine = engineOptions(given);
  let mask = (text: string) => text;
  const request = await requestOf(given, (value) => {
    mask = rawRequestMask(value);
  }).catch((error: unknown) => {
    throw maskedError(error, mask);
  });
  if (given.flags.has('print-request')) {
    for (const warning of instanceTypeWarnings(request)) printMessage(warning);
    printResult(visibleJson(`${JSON.stringify(request, null, 2)}\n`));
    return EXIT_CODES.success;
  }
  for (const warning of unpassedSettings(variables, request)) printMessage(warning);
  const view = new RunView(
    planHosts(request).map(({ name }) => name),
    mask,
    viewOptions(given, request),
  );
  const stops = listenForStops((hint) => view.note(hint));
  try {
    const result = await runPreparedJob(request, {
      variables,
      onEvent: view.show,
      onName: (name, renamedFrom) =>
        view.info(renamedFrom === undefined ? `Job ${name}` : `Job ${name} (an ended job is called ${renamedFrom})`),
      stop: stops.stop,
      kill: stops.kill,
      passCredentials: given.flags.has('pass-credentials'),
      isWithoutAliases: given.flags.has('no-alias'),
      ...engine,
      ahead,
    });
    view.end(result);
    if (given.flags.has('json')) {
      printResult(visibleJson(`${JSON.stringify(describeTrainingJob(result.record), sayNumber, 2)}\n`));
    }
    return exitCodeOf(result);
  } finally {
    view.close();
    stops.close();
  }
}

function viewOptions({ flags }: GivenOptions, request: TrainingJobRequest): ViewOptions {
  return {
    isVerbose: flags.has('verbose'),
    isQuiet: flags.has('quiet'),
    isOutputOnError: flags.has('json'),
    sources: codeFolders(request),
  };
}

/** The whole request: the file with what the options say, checked. @throws OptmlError USAGE, REQUEST_INVALID. */
async function requestOf(given: GivenOptions, onRequest: (value: unknown) => void): Promise<TrainingJobRequest> {
  const [file] = given.operands;
  const flags = requestFlags(given);
  if (file === undefined && flags.source === undefined && flags.image === undefined) {
    const first = existsSync('job.json') ? 'Run "optml run job.json"' : 'Give one';
    const fix = `${first}, or give --source and --program; "optml init" writes a small project.`;
    throw usageError(given.command, 'a job file is missing', fix);
  }
  const read = file === undefined ? undefined : await readJobFile(file);
  const named = flags.program === undefined ? { ...flags, program: onlyProgram(flags, read?.value) } : flags;
  const request = applyFlags(read?.value, named, resolve('.'));
  onRequest(request);
  const where = file ?? 'the options of optml run';
  const baseDir = file === undefined || isDescriptor(file) ? resolve('.') : dirname(resolve(file));
  const isAsPlatform = given.flags.has('as-platform');
  const channels = flags.channels.map(([name]) => name);
  const optionAt = (path: string) => flagAt(flags, path) ?? channelOption(request, channels, path);
  const prepared = prepareRequest(request, { where, baseDir, isAsPlatform, scalars: read?.scalars, optionAt });
  if (!given.flags.has('print-request')) {
    await checkInputs(prepared, { where, optionAt, engine: given.values.get('engine') });
    const problems = await algorithmProblems(prepared);
    if (problems.length > 0) throw requestError(problems, where, optionAt);
  }
  return prepared;
}

/** Reads a job file. @throws OptmlError USAGE, with the way to run what else is meant. */
async function readJobFile(file: string): Promise<RequestFile> {
  if (file === '-') throw usageError('optml run', 'there is no job file "-"', 'For standard input, give /dev/stdin.');
  if (kindAt(file) !== 'a folder') return readRequestFile(file);
  const inside = join(file, 'job.json');
  const fix = existsSync(inside) ? `Run "optml run ${inside}".` : `Run "optml run --source ${file} --program FILE".`;
  throw usageError('optml run', `${file} is a folder, not a job file`, fix);
}

/** The name of the source if it is a single file, and no archive: it is the program, unless the job file names one. */
function onlyProgram({ source }: RequestFlags, request: unknown): string | undefined {
  if (source === undefined || kindAt(source) !== 'a regular file' || looksLikeArchive(source)) return undefined;
  const named = (request as Partial<TrainingJobRequest> | undefined)?.HyperParameters?.[
    TOOLKIT_HYPERPARAMETERS.program
  ];
  return named === undefined ? basename(source) : undefined;
}

function channelOption(request: unknown, channels: readonly string[], path: string): string | undefined {
  const index = /^InputDataConfig\[(\d+)\]/.exec(path)?.[1];
  if (index === undefined) return undefined;
  const name = (request as Partial<TrainingJobRequest>).InputDataConfig?.[Number(index)]?.ChannelName;
  return name !== undefined && channels.includes(name) ? '--channel' : undefined;
}

/** Whether this is `/dev/stdin` or `<(command)` of a shell: no project is beside it. */
function isDescriptor(file: string): boolean {
  return /^\/(?:dev\/(?:stdin|fd\/\d+)|proc\/(?:self|\d+)\/fd\/\d+)$/.test(resolve(file));
}

function exitCodeOf({ record, error }: TrainingJobResult): number {
  if (error?.kind === 'toolkit') return EXIT_CODES.defect;
  if (record.TrainingJobStatus === 'Completed') {
    return record.notDelivered === undefined ? EXIT_CODES.success : EXIT_CODES.notDelivered;
  }
  if (record.TrainingJobStatus === 'Stopped') return STOPPED;
  const hasStarted = record.SecondaryStatusTransitions.some(({ Status }) => Status === 'Training');
  return hasStarted ? EXIT_CODES.failure : NOT_STARTED;
}

// The same as for a request that is wrong.
const NOT_STARTED = EXIT_CODES.usage;
const STOPPED = 3;

const FIRST_CTRL_C = 'Press Ctrl-C again to kill the hosts, or to end packing and uploading';
const SECOND_CTRL_C =
  'Press Ctrl-C again to end optml itself; "optml deliver JOB" then delivers the files of the hosts';

/** The first Ctrl-C is the platform's stop, the second kills the hosts or ends the delivery, a third ends this program. */
function listenForStops(hint: (text: string) => void) {
  const stop = new AbortController();
  const kill = new AbortController();
  const close = onEndSignal((signal) => {
    const isFirst = !stop.signal.aborted;
    if (signal === 'SIGINT') hint(isFirst ? FIRST_CTRL_C : SECOND_CTRL_C);
    if (isFirst) return stop.abort();
    close();
    kill.abort();
  });
  return { stop: stop.signal, kill: kill.signal, close };
}

function requestFlags(given: GivenOptions): RequestFlags {
  const { values } = given;
  return {
    source: values.get('source'),
    program: values.get('program'),
    name: values.get('name'),
    output: values.get('output'),
    image: values.get('image'),
    instances: numberOf(given, 'instances', WHOLE_NUMBER),
    maxRuntimeSeconds: numberOf(given, 'max-runtime', WHOLE_NUMBER),
    channels: channelsOf(given),
    hyperparameters: pairsOf(given, 'hp'),
    environment: pairsOf(given, 'env'),
  };
}

// The second place would silently replace the first.
function channelsOf(given: GivenOptions): ReadonlyArray<readonly [string, string]> {
  const channels = pairsOf(given, 'channel');
  const names = channels.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return channels;
  const fix = 'Give each channel once. Its place may be a folder with several files.';
  throw usageError(given.command, `--channel: the channel "${twice}" is there twice`, fix);
}

function engineOptions(given: GivenOptions) {
  const stopGraceSeconds = numberOf(given, 'stop-grace', WHOLE_NUMBER);
  const interruptAfterSeconds = numberOf(given, 'interrupt-after', WHOLE_NUMBER);
  return {
    engine: oneOf(given, 'engine', ENGINE_NAMES),
    pull: oneOf(given, 'pull', PULL_POLICIES),
    gpus: readable(given, 'gpus', OPTION_FORMS.gpus),
    shmSize: readable(given, 'shm-size', OPTION_FORMS.shmSize),
    memory: readable(given, 'memory', OPTION_FORMS.memory),
    user: given.values.get('user'),
    ...(stopGraceSeconds !== undefined && { stopGraceSeconds }),
    ...(interruptAfterSeconds !== undefined && { interruptAfterSeconds }),
  };
}
