import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { looksLikeArchive } from '../../archive/formats.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../../contract/toolkit-hyperparameters.ts';
import { kindAt } from '../../job-tree/input/input-file.ts';
import type { Scalars } from '../../request/check-shape.ts';
import { applyFlags, flagAt, type RequestFlags } from '../../request/flags.ts';
import { type RequestFile, readRequestFile, readRequestInput, STANDARD_INPUT } from '../../request/read-request.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { numberOf, pairsOf, WHOLE_NUMBER } from './option-values.ts';
import type { GivenOptions } from './parse-options.ts';
import { usageError } from './usage-error.ts';

/** The options that change the request of a job, in every command that takes a job file. */
export const REQUEST_OPTIONS = {
  values: ['source', 'program', 'instances', 'name', 'output', 'max-runtime', 'image'],
  lists: ['channel', 'hp', 'env', 'metric'],
} as const;

/** Their help. */
export const REQUEST_HELP = `  --source DIR            the source: a folder, archive or file (sagemaker_submit_directory)
  --program FILE          the entry point in it (sagemaker_program)
  --channel NAME=PLACE    an input channel: a path, file:// or s3://; may be repeated
  --hp NAME=VALUE         a hyperparameter; may be repeated
  --env NAME=VALUE        an environment variable; may be repeated
  --metric NAME=REGEX     a metric, and the expression that finds its value, such as 'loss=loss: ([0-9.]+)'; may be repeated
  --instances N           number of hosts
  --name NAME             the job's name
  --output PLACE          where artifacts go: a path or s3://
  --max-runtime SECONDS   when the job is stopped
  --image IMAGE           the training image, or file://DIR of a project with a Dockerfile`;

/** A request as a job file and options give it, not checked yet. */
export interface JobRequest {
  readonly value: unknown;
  /** What messages call it. */
  readonly where: string;
  /** Local paths in it count from here. Absolute. */
  readonly baseDir: string;
  readonly scalars: Scalars | undefined;
  /** The option that has set the member at a path. */
  readonly optionAt: (path: string) => string | undefined;
}

/**
 * Reads the job file of a command, and applies the options of the request.
 *
 * @throws OptmlError USAGE, REQUEST_INVALID.
 */
export async function readJobRequest(given: GivenOptions): Promise<JobRequest> {
  const [operand] = given.operands;
  const file = operand === '-' ? STANDARD_INPUT : operand;
  const flags = requestFlags(given);
  if (file === undefined && flags.source === undefined && flags.image === undefined) {
    const first = existsSync('job.json') ? `Run "${given.command} job.json"` : 'Give one';
    const fix = `${first}, or give --source and --program; "optml init" writes a small project.`;
    throw usageError(given.command, 'a job file is missing', fix);
  }
  const read = operand === undefined ? undefined : await readJobFile(operand, given);
  const named = flags.program === undefined ? { ...flags, program: onlyProgram(flags, read?.value) } : flags;
  const value = applyFlags(read?.value, named, resolve('.'));
  const channels = flags.channels.map(([name]) => name);
  const metrics = (flags.metrics ?? []).map(([name]) => name);
  return {
    value,
    where: file ?? `the options of ${given.command}`,
    baseDir: operand === undefined || isDescriptor(operand) ? resolve('.') : dirname(resolve(operand)),
    scalars: read?.scalars,
    optionAt: (path) => flagAt(flags, path) ?? listOption(value, { channels, metrics }, path),
  };
}

/** Reads a job file. @throws OptmlError USAGE, with the way to run what else is meant. */
async function readJobFile(file: string, { command }: GivenOptions): Promise<RequestFile> {
  if (file === '-') return readRequestInput();
  if (kindAt(file) !== 'a folder') return readRequestFile(file);
  const inside = join(file, 'job.json');
  const fix = existsSync(inside) ? `Run "${command} ${inside}".` : `Run "${command} --source ${file} --program FILE".`;
  throw usageError(command, `${file} is a folder, not a job file`, fix);
}

/** The name of the source if it is a single file, and no archive: it is the program, unless the job file names one. */
function onlyProgram({ source }: RequestFlags, request: unknown): string | undefined {
  if (source === undefined || kindAt(source) !== 'a regular file' || looksLikeArchive(source)) return undefined;
  const named = (request as Partial<TrainingJobRequest> | undefined)?.HyperParameters?.[
    TOOLKIT_HYPERPARAMETERS.program
  ];
  return named === undefined ? basename(source) : undefined;
}

/** The option that names the channel or the metric at `path`. */
function listOption(
  request: unknown,
  { channels, metrics }: { readonly channels: readonly string[]; readonly metrics: readonly string[] },
  path: string,
): string | undefined {
  const { InputDataConfig: given, AlgorithmSpecification: algorithm } = request as Partial<TrainingJobRequest>;
  const channel = /^InputDataConfig\[(\d+)\]/.exec(path)?.[1];
  if (channel !== undefined)
    return channels.includes(given?.[Number(channel)]?.ChannelName ?? '') ? '--channel' : undefined;
  const metric = /^AlgorithmSpecification\.MetricDefinitions\[(\d+)\]/.exec(path)?.[1];
  const name = metric === undefined ? undefined : algorithm?.MetricDefinitions?.[Number(metric)]?.Name;
  return name !== undefined && metrics.includes(name) ? `--metric ${name}` : undefined;
}

/** Whether this is `-`, `/dev/stdin` or `<(command)` of a shell: no project is beside it. */
function isDescriptor(file: string): boolean {
  return file === '-' || /^\/(?:dev\/(?:stdin|fd\/\d+)|proc\/(?:self|\d+)\/fd\/\d+)$/.test(resolve(file));
}

function requestFlags(given: GivenOptions): RequestFlags {
  const { values } = given;
  return {
    source: values.get('source'),
    program: values.get('program'),
    name: values.get('name'),
    output: values.get('output'),
    roleArn: values.get('role'),
    instanceType: values.get('instance-type'),
    image: values.get('image'),
    instances: numberOf(given, 'instances', WHOLE_NUMBER),
    maxRuntimeSeconds: numberOf(given, 'max-runtime', WHOLE_NUMBER),
    channels: namesOnce(given, 'channel', 'Its place may be a folder with several files.'),
    metrics: namesOnce(given, 'metric', 'Write what differs as alternatives: (?:a|b).', 'NAME=REGEX'),
    hyperparameters: pairsOf(given, 'hp'),
    environment: pairsOf(given, 'env'),
  };
}

// The second value would silently replace the first.
function namesOnce(
  given: GivenOptions,
  option: string,
  advice: string,
  form?: string,
): ReadonlyArray<readonly [string, string]> {
  const pairs = pairsOf(given, option, form);
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return pairs;
  throw usageError(
    given.command,
    `--${option}: the ${option} "${twice}" is there twice`,
    `Give each ${option} once. ${advice}`,
  );
}
