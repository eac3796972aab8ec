import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODES } from '../contract/exit-codes.ts';
import {
  cleanLeftovers,
  containerEngine,
  type EngineCli,
  findEngine,
  jobLabels,
  prepareImage,
} from '../engines/container-api.ts';
import type { Engine, EngineContext } from '../engines/engine.ts';
import type { EngineName } from '../engines/engine-names.ts';
import type { PullPolicy } from '../engines/engine-options.ts';
import type { JobImage } from '../engines/job-image.ts';
import { processEngine } from '../engines/process-api.ts';
import { OptmlError } from '../errors/error.ts';
import { isAlive, thisOwner } from '../jobs/job-owner.ts';
import { openStore } from '../jobs/job-store.ts';
import { DEFAULT_IMAGE } from '../request/flags.ts';
import { readImage } from './image/read-image.ts';
import type { ImageFacts } from './image-facts.ts';
import type { Target } from './target.ts';

/** What the target is opened with. */
export interface OpenTargetOptions {
  readonly engine: EngineName | undefined;
  readonly pull: PullPolicy;
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly context: EngineContext;
  /** The job's own command. Files of these names are kept when the image is read. */
  readonly words: readonly string[];
}

/** A target that can be asked. */
export interface OpenTarget {
  readonly engine: Engine;
  /** What the engine runs: an image that is there, or a project that is run without containers. */
  readonly engineImage: JobImage;
  /** Undefined where there is no image: a command, or a project that is run without a container engine. */
  readonly image: ImageFacts | undefined;
}

/**
 * Finds the engine, and pulls or builds the image.
 *
 * @throws OptmlError ENGINE_FAILED, IMAGE_UNAVAILABLE; STOPPED when the signal came first.
 */
export async function openTarget(target: Target, options: OpenTargetOptions): Promise<OpenTarget> {
  const { variables, context } = options;
  if (target.kind === 'command') return withoutImage({ kind: 'image', name: DEFAULT_IMAGE }, variables);
  if (target.kind === 'project' && options.engine !== 'process') checkDockerfile(target.dir);
  const found = await findEngine(variables, options.engine, context.signal);
  if (found.name === 'process') {
    if (target.kind === 'image')
      throw options.engine === 'process' ? noFolder(target.name) : noEngine(target.name, found.silent);
    return withoutImage(target, variables);
  }
  const cli: EngineCli = { name: found.name, command: found.command, variables };
  const owner = { home: openStore(variables).jobsDir, runner: thisOwner() };
  await cleanLeftovers(cli, owner.home, isAlive, { signal: context.signal });
  const { name } = await prepareImage(cli, target, { pull: options.pull, context });
  const { watchdog, signal } = context;
  const setting = { labels: jobLabels('validate', owner), watchdog, signal, words: options.words };
  // It is there now: no job has to look for it again.
  const engine = containerEngine(found.name, { pull: 'never', command: found.command, variables, owner });
  return { engine, engineImage: { kind: 'image', name }, image: await readImage(cli, name, setting) };
}

function withoutImage(engineImage: JobImage, variables: Readonly<NodeJS.ProcessEnv>): OpenTarget {
  return { engine: processEngine({ variables }), engineImage, image: undefined };
}

function checkDockerfile(dir: string): void {
  if (existsSync(join(dir, 'Dockerfile'))) return;
  throw new OptmlError('USAGE', `the folder ${dir} has no Dockerfile, so there is no image to validate`, {
    where: dir,
    fix: 'Give the folder that holds the Dockerfile, or validate without an image: --engine process, or --command. An image of that name is given with its tag, such as NAME:latest.',
    exitCode: EXIT_CODES.usage,
  });
}

function noFolder(name: string): OptmlError {
  return new OptmlError('USAGE', `the engine "process" runs no images, and ${name} is no folder`, {
    where: '--engine process',
    fix: 'Give a project folder or --command, or use a container engine.',
    exitCode: EXIT_CODES.usage,
  });
}

function noEngine(image: string, silent: readonly string[]): OptmlError {
  return new OptmlError('ENGINE_FAILED', `no container engine answers, so the image ${image} cannot be run`, {
    where: silent.length === 0 ? 'docker, podman, nerdctl and finch are not on PATH' : silent.join('; '),
    fix: 'Install or start one of them; a project folder or --command can be validated without (--engine process).',
    exitCode: EXIT_CODES.usage,
  });
}
