import { EXIT_CODES } from '../contract/exit-codes.ts';
import { PLATFORM_STOP_SECONDS } from '../contract/grace-periods.ts';
import { ENGINE_NAMES } from '../engines/engine-names.ts';
import { PULL_POLICIES } from '../engines/engine-options.ts';
import { OPTION_FORMS } from '../engines/option-forms.ts';
import type { TrainAhead } from '../engines/train-ahead.ts';
import { maskedError } from '../errors/masked-error.ts';
import { describeTrainingJob } from '../jobs/describe/describe.ts';
import { sayNumber } from '../jobs/record-file.ts';
import {
  algorithmProblems,
  planHosts,
  prepareRequest,
  runPreparedJob,
  type TrainingJobResult,
} from '../local/run-training-job.ts';
import { printMessage, printResult } from '../log/print.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { requestError } from '../request/request-error.ts';
import { rawRequestMask } from '../request/request-mask.ts';
import { instanceTypeWarnings } from '../staging/instance-types.ts';
import { visibleJson } from '../text/visible.ts';
import { onEndSignal } from './end-signals.ts';
import { REQUEST_HELP, REQUEST_OPTIONS, readJobRequest } from './options/job-request.ts';
import { listed, numberOf, oneOf, readable, WHOLE_NUMBER } from './options/option-values.ts';
import type { GivenOptions } from './options/parse-options.ts';
import { type CommandRules, readOptions } from './options/read-options.ts';
import { checkInputs, unpassedSettings } from './run-inputs.ts';
import { codeFolders } from './view/code-folders.ts';
import { jobExitCode } from './view/job-exit-code.ts';
import { RunView, type ViewOptions } from './view/run-view.ts';

const HELP = `optml run - runs a whole training job on this machine, as SageMaker does

Usage: optml run job.json [OPTIONS]      a CreateTrainingJob request, as JSON or YAML
       optml run --source DIR --program FILE [OPTIONS]

The request (options win over the file):
${REQUEST_HELP}

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
    ...REQUEST_OPTIONS.values,
    ...['engine', 'pull', 'gpus', 'shm-size', 'memory', 'user', 'stop-grace', 'interrupt-after'],
  ],
  lists: REQUEST_OPTIONS.lists,
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

function exitCodeOf({ record, error }: TrainingJobResult): number {
  if (error?.kind === 'toolkit') return EXIT_CODES.defect;
  const isDelivered = record.TrainingJobStatus !== 'Completed' || record.notDelivered === undefined;
  return isDelivered ? jobExitCode(record) : EXIT_CODES.notDelivered;
}

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
