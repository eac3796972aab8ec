import { posix } from 'node:path';
import type { TrainingJobRequest } from '../../request/request.ts';
import type { ImageFacts } from '../image-facts.ts';
import type { ImageFile, ImageFiles } from './image-files.ts';

/** What engines take where an image sets no PATH. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** The word that the platform starts a container with (contract C1). */
export const TRAIN_WORD = 'train';

/** How the platform starts the containers of a job (contract C1, C3). */
export interface ContainerStart {
  /** The program, and its arguments. */
  readonly command: readonly string[];
  /** Who names the program: the image's entrypoint, the job's own, or the arguments, `train` if there are none. */
  readonly by: 'ENTRYPOINT' | 'ContainerEntrypoint' | 'arguments';
}

/** How a container of the image is started, with the user's job if there is one. */
export function startOf({ entrypoint }: ImageFacts, job: TrainingJobRequest | undefined): ContainerStart {
  const { ContainerEntrypoint: own, ContainerArguments: command } = job?.AlgorithmSpecification ?? {};
  if (own !== undefined) return { command: [...own, ...(command ?? [])], by: 'ContainerEntrypoint' };
  const given = command ?? [TRAIN_WORD];
  return entrypoint === undefined
    ? { command: given, by: 'arguments' }
    : { command: [...entrypoint, ...given], by: 'ENTRYPOINT' };
}

/** The image's `PATH`. */
export function pathOf({ environment }: ImageFacts): string {
  return environment.get('PATH') || DEFAULT_PATH;
}

/** The file that a program's name leads to, executable or not, as the kernel and `execvp` find it. */
export function programFile(image: ImageFacts, files: ImageFiles, name: string): ImageFile | undefined {
  if (name.includes('/')) return files.find(posix.resolve(image.workDir, name));
  const path = pathOf(image);
  return files.findOnPath(name, path) ?? files.allOnPath(name, path)[0];
}

// Options of these that take a value.
const INITS: Readonly<Record<string, RegExp>> = {
  tini: /^-[pe]$/,
  'tini-static': /^-[pe]$/,
  'dumb-init': /^(?:-r|--rewrite)$/,
  'docker-init': /^-[pe]$/,
  catatonit: /^$/,
};

/** Whether a program of this name is an init program. */
export function isInit(name: string): boolean {
  return Object.hasOwn(INITS, name);
}

/** The name of an init program that the words start with, and the words behind it and its options; undefined without one. */
export function behindInit(
  command: readonly string[],
): { readonly init: string; readonly rest: readonly string[] } | undefined {
  const init = posix.basename(command[0] ?? '');
  const withValue = INITS[init];
  if (withValue === undefined) return undefined;
  let at = 1;
  for (; at < command.length && command[at]?.startsWith('-') === true; at++) {
    if (command[at] === '--') return { init, rest: command.slice(at + 1) };
    if (withValue.test(command[at] ?? '')) at++;
  }
  return { init, rest: command.slice(at) };
}
