import { type Dirent, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isZip } from '../archive/formats.ts';
import { OptmlError } from '../errors/error.ts';
import { nearest } from '../errors/nearest.ts';
import { isDirectory } from './kind.ts';

/** The error for a job without an entry point. */
export function noProgram(codeDir: string): OptmlError {
  return new OptmlError('PROGRAM_MISSING', 'no entry point was given', {
    where: 'environment variable SAGEMAKER_PROGRAM and hyperparameter sagemaker_program are both unset',
    fix: `Set SAGEMAKER_PROGRAM, in the Dockerfile (ENV SAGEMAKER_PROGRAM=train.ts) or in the job's Environment, to a file in ${codeDir}${inventory(codeDir)}. To run a program without train, name it in ContainerEntrypoint.`,
  });
}

/** The error for a relative path that leads out of the code directory. */
export function outsideCode(program: string, codeDir: string): OptmlError {
  const what = `the entry point "${program}" lies outside the code directory ${codeDir}`;
  return new OptmlError('PROGRAM_OUTSIDE_CODE', what, {
    where: programSource(program),
    fix: `Put the program into ${codeDir}, or give its absolute path.`,
  });
}

/** The error for a folder that is no npm package. */
export function noPackage(program: string, dir: string): OptmlError {
  return new OptmlError('PROGRAM_INVALID', `the entry point "${program}" is a folder without a package.json`, {
    where: dir,
    fix: 'Name the script itself, or add a package.json whose "bin" or "main" names it.',
  });
}

/** The error for a program that does not exist: `path` is relative to the code directory, or absolute. */
export function notFound(program: string, path: string, codeDir: string): OptmlError {
  return new OptmlError('PROGRAM_NOT_FOUND', `the entry point "${program}" does not exist in ${codeDir}`, {
    where: programSource(program),
    fix: fixOf(path, codeDir),
  });
}

function fixOf(path: string, codeDir: string): string {
  const folder = resolve(codeDir, dirname(path));
  const names = isDirectory(folder) ? readdirSync(folder).map((name) => join(dirname(path), name)) : [];
  if (names.includes(path)) return 'Replace the link of that name, which leads nowhere.';
  const suggestion = findBelow(codeDir, basename(path)) ?? nearest(path, names);
  if (suggestion !== undefined) return `Did you mean "${suggestion}"?`;
  const zip = names.find((name) => name.endsWith('.zip') && isZip(resolve(codeDir, name)));
  if (zip !== undefined) {
    return `${zip} is a zip archive, and train unpacks tar archives only: tar czf source.tar.gz -C SOURCE .`;
  }
  return `Check the name, and that the source is there${inventory(codeDir)}.`;
}

const MOST_FOLDERS = 500;

/** The path of a file of that name in a folder or below it: the closest one. */
export function findBelow(codeDir: string, name: string): string | undefined {
  const folders = [codeDir];
  for (const folder of folders) {
    const entries = entriesOf(folder);
    if (entries.some((entry) => entry.name === name && entry.isFile())) return relative(codeDir, join(folder, name));
    const below = entries.filter((entry) => entry.isDirectory() && !/^(?:\.|node_modules$)/.test(entry.name));
    folders.push(...below.slice(0, MOST_FOLDERS - folders.length).map((entry) => join(folder, entry.name)));
  }
  return undefined;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // The search only looks for a better message.
    return [];
  }
}

function programSource(program: string): string {
  return `entry point "${program}", from --program, sagemaker_program or SAGEMAKER_PROGRAM`;
}

const SHOWN_FILES = 8;

function inventory(codeDir: string): string {
  const names = isDirectory(codeDir) ? readdirSync(codeDir).sort() : [];
  if (names.length === 0)
    return ` (${codeDir} is empty: copy the source there, or give its location in SAGEMAKER_SUBMIT_DIRECTORY)`;
  return ` (${codeDir} holds ${names.slice(0, SHOWN_FILES).join(', ')}${names.length > SHOWN_FILES ? ' …' : ''})`;
}
