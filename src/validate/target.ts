import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type JobImage, parseImage } from '../engines/job-image.ts';
import type { OptmlError } from '../errors/error.ts';
import { kindAt } from '../job-tree/input/input-file.ts';
import { quoteCommand } from '../process/quote-command.ts';
import { checkScript, usage } from './command-words.ts';

/** The target of the validation, as it is given: one of the three. */
export interface TargetOptions {
  /** An image's name. */
  readonly image?: string | undefined;
  /** A folder with a Dockerfile; without a container engine it is run as it is. */
  readonly project?: string | undefined;
  /** A program of this machine and its arguments, run as `train` would be. */
  readonly command?: readonly string[] | undefined;
}

/** What is validated, and its name in the report. */
export type Target =
  | (JobImage & { readonly name: string })
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly name: string };

/**
 * The one target of the validation. `jobImage` is what a job names where nothing else does: an image, or
 * `file://DIR` of a project. Relative paths count from `baseDir`, which is absolute.
 *
 * @throws OptmlError USAGE where there is none, or more than one; exit code 2.
 */
export function chooseTarget(
  { image, project, command, baseDir }: TargetOptions & { readonly baseDir: string },
  jobImage: string | undefined,
): Target {
  if ([image, project, command].filter((given) => given !== undefined).length > 1) {
    throw usage('an image, a project and a command cannot be validated together', 'Give one of them.');
  }
  if (command !== undefined) {
    if (command.length === 0) throw usage('the command has no words', 'Give a program: --command "./train".');
    checkScript(command, baseDir);
    return {
      kind: 'command',
      command: command.map((word, index) => wholePath(word, index, baseDir)),
      name: quoteCommand(command),
    };
  }
  if (project !== undefined) return projectTarget(folderOf(project), baseDir);
  if (image !== undefined && isFile(image, baseDir)) throw fileInPlaceOfImage(image);
  const named = image ?? jobImage;
  if (named === undefined) {
    throw usage('the target of the validation is missing', 'Give an image, a project folder, --command or --job.');
  }
  const parsed = parseImage(named);
  return parsed.kind === 'project' ? projectTarget(parsed.dir, baseDir) : parsed;
}

// The program runs in another folder than this one.
function wholePath(word: string, index: number, baseDir: string): string {
  const path = resolve(baseDir, word);
  const isPath = index === 0 ? word.includes('/') : !word.startsWith('-') && existsSync(path);
  return isPath ? path : word;
}

/**
 * Whether a word of the command line means a folder rather than an image: by its form, or as a folder of that name is there.
 * An image that is called like a folder here has to be given with its tag: to pull an unknown image of that name would be no service.
 */
export function isProjectFolder(word: string, baseDir: string): boolean {
  return /^(?:\.{1,2}$|\.{0,2}\/|file:\/\/)/.test(word) || kindAt(resolve(baseDir, word)) === 'a folder';
}

// A path, or `file://` before one.
function folderOf(project: string): string {
  const parsed = parseImage(project);
  return parsed.kind === 'project' ? parsed.dir : project;
}

function projectTarget(project: string, baseDir: string): Target {
  const dir = resolve(baseDir, project);
  if (kindAt(dir) !== 'a folder') {
    throw usage(`there is no project folder ${dir}`, 'Give a folder with a Dockerfile, or the name of an image.');
  }
  return { kind: 'project', dir, name: dir };
}

// A file that is missing is usually in another folder: no image has such a name.
function isFile(image: string, baseDir: string): boolean {
  const kind = kindAt(resolve(baseDir, image));
  return kind === 'a regular file' || (kind === undefined && /\.(?:json|ya?ml|py|[cm]?[jt]s|sh)$/i.test(image));
}

function fileInPlaceOfImage(file: string): OptmlError {
  return usage(
    `${file} is a file, not an image`,
    `${useOf(file)} For an image of that name, add its tag: ${file}:latest.`,
  );
}

function useOf(file: string): string {
  if (/\.(?:json|ya?ml)$/i.test(file)) return `Give a job file as --job ${file}.`;
  if (/^(?:Dockerfile|Containerfile)/.test(basename(file)))
    return `Give the folder of the Dockerfile: ${dirname(file)}.`;
  return `Give a program with its interpreter: --command "python3 ${file}".`;
}
