import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { looksLikeArchive } from '../archive/formats.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../contract/toolkit-hyperparameters.ts';
import { entryPointKind } from '../entry-point/kind.ts';
import { findBelow } from '../entry-point/missing-program.ts';
import { nearest } from '../errors/nearest.ts';
import { kindAt } from '../job-tree/input/input-file.ts';
import { pathFix } from '../request/local-values.ts';
import { type Problem, pathTo } from '../request/problem.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { IGNORE_FILE } from './source/source-selection.ts';

const SOURCE = pathTo('HyperParameters', TOOLKIT_HYPERPARAMETERS.submitDirectory);
const PROGRAM = pathTo('HyperParameters', TOOLKIT_HYPERPARAMETERS.program);

/**
 * What is wrong with the inputs of a job that are on this machine: its source, its program and its channels exist. `isOurTrain`:
 * whether our `train` starts the program; other images may name it themselves, and so may the Dockerfile of a project.
 */
export async function inputProblems(request: TrainingJobRequest, isOurTrain: boolean): Promise<readonly Problem[]> {
  return [...(await sourceProblems(request, isOurTrain)), ...channelProblems(request)];
}

async function sourceProblems(request: TrainingJobRequest, isOurTrain: boolean): Promise<readonly Problem[]> {
  const { HyperParameters: parameters = {}, Environment = {}, AlgorithmSpecification: algorithm } = request;
  const source = parameters[TOOLKIT_HYPERPARAMETERS.submitDirectory];
  if (source === undefined || !source.startsWith('/')) return [];
  const kind = kindAt(source);
  if (kind === undefined)
    return [{ path: SOURCE, message: `there is no file or folder ${source}`, fix: fixOfMissing(source) }];
  if (algorithm?.ContainerEntrypoint !== undefined) return [];
  const isFolder = kind === 'a folder';
  const program = decoded(parameters[TOOLKIT_HYPERPARAMETERS.program] ?? Environment['SAGEMAKER_PROGRAM'] ?? '');
  if (program !== '') return isFolder ? programProblems(source, { program, isOurTrain }) : [];
  if (!isOurTrain || Environment['SAGEMAKER_TRAINING_MODULE'] !== undefined) return [];
  if (!isFolder && !looksLikeArchive(source)) return [];
  const fix = `Pass --program FILE${isFolder ? programsIn(source) : ', a path in the archive'}.`;
  return [{ path: '', message: 'the program is missing', fix }];
}

async function programProblems(
  source: string,
  { program, isOurTrain }: { readonly program: string; readonly isOurTrain: boolean },
): Promise<readonly Problem[]> {
  const file = resolve(source, program);
  const inside = relative(source, file);
  if (inside.startsWith('..')) {
    // An absolute path is a file of the image.
    if (isAbsolute(program) || !isOurTrain) return [];
    const fix = `Pass a source that contains it, such as --source ${dirname(file)} --program ${basename(file)}.`;
    return [{ path: PROGRAM, message: `${program} is outside of the source ${source}`, fix }];
  }
  if (existsSync(file)) return (await isIgnored(source, inside)) ? [ignoredProgram(source, program)] : [];
  // A package in Python is named by its module.
  if (entryPointKind(inside, source) === 'python-package') return [];
  const slashed = program.replaceAll('\\', '/');
  const message = `there is no file ${program} in ${source}`;
  if (slashed !== program && existsSync(resolve(source, slashed))) {
    return [{ path: PROGRAM, message, fix: `Write "${slashed}": Linux separates folders by "/".` }];
  }
  return [{ path: PROGRAM, message, fix: commandFix(source, program) ?? nameFix(source, inside) }];
}

/** The fix for a command in place of a program: `python3 train.py`, `train.py --epochs 3`. */
function commandFix(source: string, program: string): string | undefined {
  const words = program.split(/\s+/);
  const index = words.length === 1 ? -1 : words.findIndex((word) => kindAt(resolve(source, word)) === 'a regular file');
  if (index < 0) return undefined;
  const hasArguments = index < words.length - 1;
  return `Pass the file alone, --program ${words[index]}${hasArguments ? ', and its arguments as --hp NAME=VALUE' : ''}.`;
}

function nameFix(source: string, inside: string): string {
  const folder = dirname(resolve(source, inside));
  const names = kindAt(folder) === 'a folder' ? readdirSync(folder).map((name) => join(dirname(inside), name)) : [];
  const near =
    nearest(inside, names) ??
    names.find((name) => basename(name).startsWith(`${basename(inside)}.`)) ??
    findBelow(source, basename(inside));
  return near === undefined ? `Name a file of the source${programsIn(source)}.` : `Did you mean "${near}"?`;
}

// The library is loaded for sources with such a file only.
async function isIgnored(source: string, inside: string): Promise<boolean> {
  if (!existsSync(join(source, IGNORE_FILE))) return false;
  const { readIgnoreRules } = await import('#staging/source/ignore-rules');
  const rules = readIgnoreRules(source, IGNORE_FILE);
  const steps = inside.split('/');
  const folders = steps.slice(1).map((_, index) => `${steps.slice(0, index + 1).join('/')}/`);
  return rules !== undefined && [...folders, inside].some(rules.ignores);
}

function ignoredProgram(source: string, program: string): Problem {
  const fix = `Correct ${join(source, IGNORE_FILE)}: it lists the program.`;
  return { path: PROGRAM, message: `${program} is not copied to the hosts`, fix };
}

const MOST_SHOWN = 5;

/** The files in the source that may be meant. */
function programsIn(source: string): string {
  const names = readdirSync(source).filter((name) => /\.(?:[cm]?[jt]sx?|py|sh|r)$/i.test(name));
  if (names.length === 0) return '';
  return `; the source contains ${names.slice(0, MOST_SHOWN).join(', ')}${names.length > MOST_SHOWN ? ', …' : ''}`;
}

/** A channel may be a file, a folder, or the beginning of names, as in S3. */
function channelProblems({ InputDataConfig: channels = [] }: TrainingJobRequest): readonly Problem[] {
  return channels.flatMap(({ ChannelName: name, DataSource: { S3DataSource: source } }, index) => {
    const place = source?.S3Uri ?? '';
    if (!place.startsWith('/') || existsSync(place) || hasBeginning(place)) return [];
    const path = `InputDataConfig[${index}].DataSource.S3DataSource.S3Uri`;
    return [{ path, message: `channel ${name}: there is no file or folder ${place}`, fix: fixOfMissing(place) }];
  });
}

function hasBeginning(place: string): boolean {
  if (place.endsWith('/') || kindAt(dirname(place)) !== 'a folder') return false;
  return readdirSync(dirname(place)).some((name) => name.startsWith(basename(place)));
}

// An option `C:\\data` is a path below the working directory by now.
function fixOfMissing(place: string): string {
  const windows = /\/([a-z]:[\\/].*)$/i.exec(place)?.[1];
  return (windows === undefined ? undefined : pathFix(windows)) ?? 'Check the path.';
}

// The SDK sends texts as JSON (contract C10).
function decoded(text: string): string {
  return /^"(.*)"$/s.exec(text)?.[1] ?? text;
}
