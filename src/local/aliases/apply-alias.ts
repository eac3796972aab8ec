import { findImageAlias } from '../../aliases/find-image-alias.ts';
import { type ImageAlias, PYTHON, type SoftwareVersion } from '../../aliases/image-alias.ts';
import { readImageVersions, VERSIONS_LABEL } from '../../aliases/image-versions.ts';
import { SOURCE_CHANNELS } from '../../contract/channels.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../../contract/toolkit-hyperparameters.ts';
import type { EngineName } from '../../engines/engine-names.ts';
import { type JobImage, WITHOUT_CONTAINER } from '../../engines/job-image.ts';
import { OptmlError } from '../../errors/error.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { DEFAULT_IMAGE } from '../../request/flags.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import type { StagedJob } from '../../staging/staged-job.ts';
import { type FoundPython, findPythonModules } from './python-modules.ts';

/** What runs in place of one of AWS's own images, on one engine. */
export interface AppliedAlias {
  readonly image: JobImage;
  /** Variables that an image would set, where there is none. */
  readonly imageVariables: Readonly<Record<string, string>>;
  /** The first lines of the job's log, by the labels of the image that runs. */
  readonly lines: (imageLabels: Readonly<Record<string, string>> | undefined) => readonly string[];
  /** What to do if the image is not available: a sentence. */
  readonly advice: string;
}

/**
 * The alias of a job's image: undefined unless AWS publishes the image and we have our own. A rule of the endpoint that names
 * another image comes first.
 */
export function aliasOf({ request, image: mapped }: Pick<JobRecord, 'request' | 'image'>): ImageAlias | undefined {
  const isMapped = mapped !== undefined && mapped !== WITHOUT_CONTAINER;
  return isMapped ? undefined : findImageAlias(request.AlgorithmSpecification?.TrainingImage ?? '');
}

/**
 * Applies the alias of a job on an engine. Without a container, the hosts run on this machine's Node and Python: a missing
 * module fails the job here, or gives a warning if the job brings its own source, which may install it.
 *
 * @throws OptmlError PACKAGE_MISSING.
 */
export async function applyAlias(
  alias: ImageAlias,
  engine: EngineName,
  { request, variables, signal, warn }: Pick<StagedJob, 'request' | 'variables' | 'signal' | 'warn'>,
): Promise<AppliedAlias> {
  const aws = request.AlgorithmSpecification?.TrainingImage ?? '';
  const isProcess = engine === 'process';
  const python = isProcess ? await requirePython(alias, { request, variables, signal }) : undefined;
  // A client of the endpoint sees the log only.
  if (python?.missing !== undefined) warn(python.missing);
  const ours = isProcess ? `its own ${alias.image} without a container` : `its own image ${alias.image}`;
  const command = engine === 'docker' ? 'sh docker/build.sh' : `ENGINE=${engine} sh docker/build.sh`;
  const target = alias.image.slice(alias.image.indexOf(':') + 1);
  return {
    image: { kind: 'image', name: isProcess ? DEFAULT_IMAGE : alias.image },
    imageVariables: isProcess ? alias.variables : {},
    lines: (imageLabels) => [
      `optml runs ${ours} in place of AWS's ${aws}`,
      ...versionLines(alias, isProcess ? versionsHere(python?.found) : versionsInImage(imageLabels)),
      ...(python?.missing === undefined ? [] : [python.missing]),
      ...alias.notes,
      ...(isProcess ? [] : (alias.imageNotes ?? [])),
    ],
    advice: `${alias.image} runs in place of AWS's ${aws}. Build it in the repository of optml: ${command} ${target}`,
  };
}

/** The version of a piece of software that runs: undefined if it is not there. */
type VersionOf = (software: SoftwareVersion) => string | undefined;

function versionsHere(python: FoundPython | undefined): VersionOf {
  return ({ module }) => {
    const found = module === PYTHON ? python?.version : python?.modules.get(module);
    return found === '' ? 'an unknown version' : found;
  };
}

// Images that were built with other versions say so.
function versionsInImage(labels: Readonly<Record<string, string>> | undefined): VersionOf {
  const versions = readImageVersions(labels?.[VERSIONS_LABEL]);
  return ({ name, image }) => versions.get(name) ?? image;
}

function versionLines({ versions }: ImageAlias, versionOf: VersionOf): readonly string[] {
  return versions.flatMap((software) => {
    const { name, aws } = software;
    const ours = versionOf(software);
    return ours === undefined || isVersion(ours, aws) ? [] : [`${name} differs: ${ours} here, ${aws} in AWS's image`];
  });
}

// The name of AWS's image may tell only the start of a version; builds add a suffix, such as 2.6.0+cpu.
function isVersion(ours: string, aws: string): boolean {
  return ours === aws || ours.startsWith(`${aws}.`) || ours.startsWith(`${aws}+`);
}

/** The Python of the hosts, and what it lacks if the source of the job may install that. */
async function requirePython(
  { pythonModules, versions }: ImageAlias,
  { request, variables, signal }: Pick<StagedJob, 'request' | 'variables' | 'signal'>,
): Promise<{ readonly found: FoundPython | undefined; readonly missing?: string } | undefined> {
  if (pythonModules.length === 0 && versions.length === 0) return undefined;
  const { PATH, HOME } = variables;
  const found = await findPythonModules(pythonModules, { PATH, HOME, ...request.Environment }, signal);
  const missing = pythonModules.filter(({ module }) => found?.modules.has(module) !== true);
  if (missing.length === 0 || signal.aborted) return { found };
  const error = missingModules(missing, found);
  if (!bringsSource(request)) throw error;
  const advice = `Unless the requirements.txt of the source does it, ${lowerFirst(error.fix ?? '')}`;
  return { found, missing: `${error.message}. ${advice}` };
}

function missingModules(missing: ImageAlias['pythonModules'], python: FoundPython | undefined): OptmlError {
  const names = missing.map(({ module }) => module).join(', ');
  const distributions = missing.map(({ distribution }) => distribution).join(' ');
  const message =
    python === undefined
      ? `there is no Python for the job, which needs ${names}`
      : `Python ${python.version} (${python.file}) has no module ${names}`;
  return new OptmlError('PACKAGE_MISSING', message, {
    where: 'engine process',
    fix: `Run "${python?.file ?? 'python3'} -m pip install ${distributions}", or use a container engine.`,
  });
}

// Its requirements are installed when the hosts have started. ModelTrainer sends the source as a channel.
function bringsSource({ HyperParameters = {}, InputDataConfig = [] }: TrainingJobRequest): boolean {
  const hasChannel = InputDataConfig.some(({ ChannelName }) => ChannelName === SOURCE_CHANNELS.code);
  return hasChannel || HyperParameters[TOOLKIT_HYPERPARAMETERS.submitDirectory] !== undefined;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
