import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { looksLikeArchive } from '../../archive/formats.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../../contract/toolkit-hyperparameters.ts';
import { kindAt } from '../../job-tree/input/input-file.ts';
import type { Scalars } from '../../request/check-shape.ts';
import { applyFlags, flagAt, type RequestFlags } from '../../request/flags.ts';
import { type RequestFile, readRequestFile } from '../../request/read-request.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import { numberOf, pairsOf, WHOLE_NUMBER } from './option-values.ts';
import type { GivenOptions } from './parse-options.ts';
import { usageError } from './usage-error.ts';

/** The options that change the request of a job, in every command that takes a job file. */
export const REQUEST_OPTIONS = {
  values: ['source', 'program', 'instances', 'name', 'output', 'max-runtime', 'image'],
  lists: ['channel', 'hp', 'env'],
} as const;

/** Their help. */
export const REQUEST_HELP = `  --source DIR            the source: a folder, archive or file (sagemaker_submit_directory)
  --program FILE          the entry point in it (sagemaker_program)
  --channel NAME=PLACE    an input channel: a path, file:// or s3://; may be repeated
  --hp NAME=VALUE         a hyperparameter; may be repeated
  --env NAME=VALUE        an environment variable; may be repeated
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
  const [file] = given.operands;
  const flags = requestFlags(given);
  if (file === undefined && flags.source === undefined && flags.image === undefined) {
    const first = existsSync('job.json') ? `Run "${given.command} job.json"` : 'Give one';
    const fix = `${first}, or give --source and --program; "optml init" writes a small project.`;
    throw usageError(given.command, 'a job file is missing', fix);
  }
  const read = file === undefined ? undefined : await readJobFile(file, given);
  const named = flags.program === undefined ? { ...flags, program: onlyProgram(flags, read?.value) } : flags;
  const value = applyFlags(read?.value, named, resolve('.'));
  const channels = flags.channels.map(([name]) => name);
  return {
    value,
    where: file ?? `the options of ${given.command}`,
    baseDir: file === undefined || isDescriptor(file) ? resolve('.') : dirname(resolve(file)),
    scalars: read?.scalars,
    optionAt: (path) => flagAt(flags, path) ?? channelOption(value, channels, path),
  };
}

/** Reads a job file. @throws OptmlError USAGE, with the way to run what else is meant. */
async function readJobFile(file: string, { command }: GivenOptions): Promise<RequestFile> {
  if (file === '-') throw usageError(command, 'there is no job file "-"', 'For standard input, give /dev/stdin.');
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
