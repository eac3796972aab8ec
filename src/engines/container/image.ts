import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { OptmlError } from '../../errors/error.ts';
import { isObject } from '../../json/read-value.ts';
import type { EngineContext } from '../engine.ts';
import type { PullPolicy } from '../engine-options.ts';
import type { JobImage } from '../job-image.ts';
import {
  baseImageMissing,
  engineFailed,
  invalidImageName,
  lacksBaseImage,
  lastLines,
  localName,
  missingImage,
  pullError,
} from './container-errors.ts';
import { type EngineCli, LIMITS_MS, runCli } from './engine-cli.ts';
import { inspectOne, wrongAnswer } from './inspect.ts';

type ImageContext = Pick<EngineContext, 'signal' | 'say' | 'warn'>;

const PULL_OR_BUILD = { limitMs: LIMITS_MS.image, silentMs: LIMITS_MS.silence };
// BuildKit's digests of its own steps, and the lines between them.
const NOISE = /^(?:#\d+ sha256:[0-9a-f]+)?\s*$/;
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** An image that the engine has. */
export interface PreparedImage {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Sees to it that a job's image is there: pulled, or built from the Dockerfile of a project. Warns
 * of an image for another architecture. An image of ECR may be here under the name that it had before it was tagged for the
 * registry. Returns the name by which the engine knows it, and its labels.
 *
 * @throws OptmlError IMAGE_UNAVAILABLE, ENGINE_FAILED; STOPPED when the signal came first.
 */
export async function prepareImage(
  cli: EngineCli,
  image: JobImage,
  { pull, context }: { readonly pull: PullPolicy; readonly context: ImageContext },
): Promise<PreparedImage> {
  let name = imageName(image);
  if (image.kind === 'project') await buildProject(cli, image.dir, context);
  let found = pull === 'always' && image.kind === 'image' ? undefined : await findImage(cli, name, context);
  const local = found === undefined && pull !== 'always' ? localName(name) : undefined;
  if (local !== undefined) {
    found = await findImage(cli, local, context);
    if (found !== undefined) {
      context.warn(`the image ${name} is not on this machine: ${local} runs instead (--pull always gets the former)`);
      name = local;
    }
  }
  if (found === undefined) {
    if (pull === 'never') throw missingImage(cli, name);
    await pullImage(cli, name, context);
    found = await findImage(cli, name, context);
    if (found === undefined) throw missingAfterPull(cli, name);
  }
  warnOfArchitecture(name, found?.['Architecture'], context);
  warnOfUser(name, found?.['Config'], context);
  return { name, labels: labelsOf(found?.['Config']) };
}

// The words of the library of image names that all these engines use.
const INVALID_NAME = /invalid reference format|must be lowercase/i;

async function findImage(
  cli: EngineCli,
  image: string,
  { signal }: ImageContext,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const args = ['image', 'inspect', image];
  const { found, ...absent } = await inspectOne(cli, args, { signal });
  throwIfStopped(signal);
  if (found !== undefined && !isImage(found))
    throw engineFailed(cli, `look for the image ${image}`, wrongAnswer(cli, args));
  if (found === undefined && 'problem' in absent && absent.problem !== undefined) {
    if (INVALID_NAME.test(absent.problem)) throw invalidImageName(image, absent.problem);
    throw engineFailed(cli, `look for the image ${image}`, absent.problem);
  }
  return found;
}

// Not every engine shows all of it.
function isImage({ Id: id, Config: config = null }: Readonly<Record<string, unknown>>): boolean {
  return isObject(config) || (config === null && typeof id === 'string');
}

function labelsOf(config: unknown): PreparedImage['labels'] {
  const labels = isObject(config) && isObject(config['Labels']) ? config['Labels'] : {};
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
}

function missingAfterPull(cli: EngineCli, image: string): OptmlError {
  return engineFailed(cli, `find the image ${image} that it has pulled`, '');
}

async function pullImage(cli: EngineCli, image: string, context: ImageContext): Promise<void> {
  context.say(`pulling ${image}`);
  const options = { signal: context.signal, onLine: context.say, ...PULL_OR_BUILD };
  const { code, stdout, stderr } = await runCli(cli, ['pull', image], options);
  throwIfStopped(context.signal);
  if (code !== 0) throw pullError(cli, image, stderr || stdout);
}

async function buildProject(cli: EngineCli, dir: string, context: ImageContext): Promise<void> {
  const dockerfile = join(dir, 'Dockerfile');
  if (!existsSync(dockerfile)) {
    throw new OptmlError('IMAGE_UNAVAILABLE', 'the project folder holds no Dockerfile to build an image from', {
      where: dockerfile,
      fix: 'Write one, name an image instead, or run the project without a container: --engine process.',
    });
  }
  const name = projectTag(dir);
  context.say(`building ${name} from ${dockerfile}`);
  const onLine = (line: string) => {
    if (!NOISE.test(line)) context.say(line);
  };
  const options = { signal: context.signal, onLine, ...PULL_OR_BUILD };
  const { code, stdout, stderr } = await runCli(cli, ['build', '--tag', name, dir], options);
  throwIfStopped(context.signal);
  if (code === 0) return;
  const output = stderr || stdout;
  const where = `${dockerfile}\n${lastLines(output, 5)}`;
  if (lacksBaseImage(output)) throw baseImageMissing(cli, where);
  throw new OptmlError('IMAGE_UNAVAILABLE', `the image of the project could not be built (exit code ${code})`, {
    where,
    fix: `Correct the Dockerfile; the whole output: ${cli.name} build ${dir}`,
  });
}

/** The name by which an engine knows the image of a job. */
export function imageName(image: JobImage): string {
  return image.kind === 'project' ? projectTag(image.dir) : image.name;
}

/** One image for each project folder, so that rebuilding replaces it: the folder's name, and a hash of its path. */
export function projectTag(dir: string): string {
  const name = basename(dir)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const hash = createHash('sha256').update(dir).digest('hex').slice(0, 8);
  return `optml-run/${name === '' ? 'project' : name}-${hash}`;
}

function warnOfArchitecture(image: string, architecture: unknown, { warn }: ImageContext): void {
  const ours = ARCHITECTURES[process.arch] ?? process.arch;
  if (typeof architecture !== 'string' || architecture === '' || architecture === ours) return;
  warn(
    `the image ${image} is for ${architecture}, this machine is ${ours}: under emulation it is slow and may crash, ` +
      'without it it does not start at all',
  );
}

// Contract C9: the folders of the results belong to root there.
function warnOfUser(image: string, config: unknown, { warn }: ImageContext): void {
  const user = isObject(config) && typeof config['User'] === 'string' ? config['User'] : '';
  if (/^(?:(?:root|0)(?::.*)?)?$/.test(user)) return;
  warn(
    `the image ${image} runs as the user ${user}, who may not write to /opt/ml/model and /opt/ml/output on the platform: ` +
      'they belong to root there',
  );
}

/** @throws OptmlError STOPPED once the signal has come. */
export function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new OptmlError('STOPPED', 'the job was stopped before its containers were started');
}
