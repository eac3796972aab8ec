import { resolve } from 'node:path';
import { isEndpointHere } from '../../aws/is-endpoint-here.ts';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { OptmlError } from '../../errors/error.ts';
import { maskedError } from '../../errors/masked-error.ts';
import type { FoundDefaults } from '../../estimator/configuration/defaults.ts';
import { findDefaults } from '../../estimator/configuration/find-defaults.ts';
import { mergeDefaults } from '../../estimator/configuration/origins.ts';
import { type CheckedSubmission, checkSubmission } from '../../estimator/submit/check-submission.ts';
import { planSubmission } from '../../estimator/submit/plan-submission.ts';
import type { SubmitContext } from '../../estimator/submit/submission.ts';
import { submitTrainingJob } from '../../estimator/submit/submit-training-job.ts';
import { makeBucket } from '../../estimator/upload/make-bucket.ts';
import { openUploader } from '../../estimator/upload/open-uploader.ts';
import { printResult } from '../../log/print.ts';
import { rawRequestMask } from '../../request/request-mask.ts';
import { type JobRequest, REQUEST_HELP, REQUEST_OPTIONS, readJobRequest } from '../options/job-request.ts';
import type { GivenOptions } from '../options/parse-options.ts';
import { type CommandRules, readOptions } from '../options/read-options.ts';
import { codeFolders } from '../view/code-folders.ts';
import { RunView } from '../view/run-view.ts';
import { DOWNLOAD_HELP, downloadIfAsked } from './download-option.ts';
import { showDryRun } from './dry-run.ts';
import { commandsFor, followCloudJob } from './follow-cloud-job.ts';
import { hostsOf } from './hosts-of.ts';
import { type Interrupts, listenForInterrupts } from './interrupts.ts';
import { type OpenedCloud, openCloud } from './open-cloud.ts';
import { uploadLine, uploadProgress } from './upload-view.ts';
import { isImageSound } from './validate-image.ts';

const HELP = `optml submit - runs a training job on SageMaker: the job file of "optml run", or the same options

Usage: optml submit job.json [OPTIONS]   a CreateTrainingJob request, as JSON or YAML
       optml submit --source DIR --program FILE --image IMAGE --role ARN --instance-type TYPE [OPTIONS]

The request (options win over the file):
${REQUEST_HELP}
  --role ARN              the IAM role that SageMaker assumes for the job
  --instance-type TYPE    such as ml.m5.large
  --bucket BUCKET         where uploads go, and outputs without a location in S3
                          (default: sagemaker-REGION-ACCOUNT)

How optml submits it:
  --dry-run               print the request and the uploads, and send nothing
  --validate              check the image first, as "optml validate" does
  --detach                return as soon as the job exists
${DOWNLOAD_HELP}
  --verbose               show all lines of the log, messages of statuses, and the whole failure reason
  --quiet                 show the output of the program, and what is wrong
  --help                  this text

The job gets the name of the file, or that name with the time if a job has it already; with --name, exactly that name. Local
paths are uploaded. Defaults come from OPTML_ROLE_ARN, OPTML_BUCKET and others, from optml.json of the project, and from the
configuration of the SageMaker Python SDK. Credentials, profile, region and endpoint are those of the AWS SDK.
Ctrl-C ends the upload; once the job exists, it detaches, and the job goes on. A second Ctrl-C within two seconds stops the job.
Exit code: 0 Completed, 1 Failed, 2 not started, 3 Stopped, 4 Completed but the model was not downloaded, 130 detached or
ended by Ctrl-C, 70 a defect of optml.
`;

/** The options of `optml submit`. */
export const SUBMIT_RULES: CommandRules = {
  command: 'optml submit',
  help: HELP,
  optionalOperands: ['FILE'],
  flags: ['dry-run', 'validate', 'detach', 'verbose', 'quiet'],
  exclusive: ['verbose', 'quiet'],
  values: [...REQUEST_OPTIONS.values, 'role', 'instance-type', 'bucket'],
  optionalValues: ['download'],
  lists: REQUEST_OPTIONS.lists,
};

/**
 * The command `optml submit`. Returns the exit code.
 *
 * @throws OptmlError for a wrong option or request, and for what AWS refuses.
 */
export async function submitCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  const given = readOptions(args, SUBMIT_RULES);
  if (given === undefined) return EXIT_CODES.success;
  const job = await readJobRequest(given);
  const mask = rawRequestMask(job.value);
  let hasJob = false;
  const onCreated = () => {
    hasJob = true;
  };
  try {
    const defaults = await defaultsOf(given, job, variables);
    const isHere = await isEndpointHere({ variables });
    const checked = await checkSubmission(job.value, { ...job, defaults, isAnyImage: isHere });
    return await submit({ given, job, defaults, checked, mask, variables, isHere, onCreated });
  } catch (error) {
    const masked = maskedError(error, mask);
    throw hasJob ? masked : notStarted(masked);
  }
}

/** An error before the job exists, with the exit code for that. */
function notStarted(error: OptmlError): OptmlError {
  const { code, message, where, fix, exitCode, cause } = error;
  return exitCode === EXIT_CODES.failure
    ? new OptmlError(code, message, { where, fix, cause, exitCode: EXIT_CODES.usage })
    : error;
}

async function defaultsOf(given: GivenOptions, { baseDir }: JobRequest, variables: Readonly<NodeJS.ProcessEnv>) {
  const found = await findDefaults({ variables, baseDir, workDir: resolve('.') });
  const bucket = given.values.get('bucket');
  if (bucket === undefined) return found;
  return mergeDefaults([found, { defaults: { bucket }, origins: { bucket: '--bucket' } }]);
}

interface Submission {
  readonly given: GivenOptions;
  readonly job: JobRequest;
  readonly defaults: FoundDefaults;
  readonly checked: CheckedSubmission;
  readonly mask: (text: string) => string;
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Whether requests go to an endpoint on this machine. */
  readonly isHere: boolean;
  /** Told when the job exists. */
  readonly onCreated: () => void;
}

/** What a submission shows, and what interrupts it. */
interface Surroundings {
  readonly cloud: OpenedCloud;
  readonly view: RunView;
  readonly interrupts: Interrupts;
}

async function submit(submission: Submission): Promise<number> {
  const { checked, defaults, given, job, mask, variables } = submission;
  const view = new RunView(hostsOf(checked.request), mask, {
    isVerbose: given.flags.has('verbose'),
    isQuiet: given.flags.has('quiet'),
    sources: codeFolders(checked.request),
  });
  const interrupts = listenForInterrupts();
  let cloud: OpenedCloud | undefined;
  try {
    for (const warning of checked.warnings) view.note(`Warning: ${warning}`);
    if (given.flags.has('validate')) {
      const setting = { variables, baseDir: job.baseDir, view, signal: interrupts.upload };
      if (!(await isImageSound(checked.request, setting))) return EXIT_CODES.usage;
    }
    cloud = await openCloud(variables, defaults, (message) => view.note(`Warning: ${message}`));
    return await send(submission, { cloud, view, interrupts });
  } finally {
    view.close();
    interrupts.close();
    cloud?.platform.close();
  }
}

async function send(
  { given, job, defaults, checked, isHere, onCreated }: Submission,
  surroundings: Surroundings,
): Promise<number> {
  const { cloud, view, interrupts } = surroundings;
  const context = contextOf({ given, job, defaults, isHere }, surroundings);
  void view.show({ type: 'progress', what: 'reading local files', doneBytes: 0, totalBytes: undefined });
  const prepared = await planSubmission({ ...checked, warnings: [] }, context);
  for (const warning of prepared.warnings) view.note(`Warning: ${warning}`);
  if (given.flags.has('dry-run')) {
    prepared.uploader?.close();
    showDryRun(prepared, (line) => view.note(line));
    return EXIT_CODES.success;
  }
  const { renamedFrom, uploads } = prepared;
  const onProgress = uploadProgress(view, uploads, prepared.total.bytes);
  const onCreate = () => interrupts.onCreate(() => view.note(creationNote(prepared.request.TrainingJobName)));
  const submitted = await submitTrainingJob(prepared, { ...context, onProgress, onCreate });
  onCreated();
  const { name } = submitted;
  for (const upload of submitted.uploads) view.info(uploadLine(upload, 'sent'));
  const taken = renamedFrom === undefined ? '' : ` (the name ${renamedFrom} is taken)`;
  const isDetached = given.flags.has('detach');
  view.info(`Job ${name}${taken} created in ${cloud.platform.region}${isDetached ? `\n${commandsFor(name)}` : ''}`);
  if (isDetached) {
    printResult(`${name}\n`);
    return EXIT_CODES.success;
  }
  const end = await followCloudJob(name, { platform: cloud.platform, view, interrupts });
  return downloadIfAsked(end, { given, variables: cloud.variables, view, interrupts });
}

function creationNote(name: string): string {
  return `Waiting for the answer to CreateTrainingJob. Press Ctrl-C again to end without it: the job may exist then.
look: optml describe ${name} --cloud`;
}

function contextOf(
  { given, job, defaults, isHere }: Pick<Submission, 'given' | 'job' | 'defaults' | 'isHere'>,
  { cloud, view, interrupts }: Surroundings,
): SubmitContext {
  const { platform, variables } = cloud;
  const log = {
    info: (message: string) => view.info(message),
    warn: (message: string) => view.note(`Warning: ${message}`),
    debug: () => undefined,
  };
  // An endpoint on this machine has no buckets at first. A bucket of the command line may be misspelt.
  const isBucketMade = isHere && defaults.origins.bucket !== '--bucket';
  const access = { variables, log, accountId: platform.accountId, isBucketMade };
  return {
    ...job,
    platform,
    defaults,
    isAnyImage: isHere,
    isExactName: given.values.has('name'),
    signal: interrupts.upload,
    makeBucket: (bucket, signal) => makeBucket(bucket, access, signal),
    openUploader: (target) => openUploader({ ...access, target }),
  };
}
