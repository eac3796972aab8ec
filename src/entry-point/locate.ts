import { existsSync, readdirSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { OptmlError } from '../errors/error.ts';
import { nearest } from '../errors/nearest.ts';
import { type EntryPointKind, entryPointKind, hasFile, isDirectory } from './kind.ts';

/** The training program, found in the code directory. */
export interface EntryPoint {
  readonly kind: EntryPointKind;
  /** Relative to the code directory, without `./`; `.` for the code directory itself. Outside of it, absolute. */
  readonly path: string;
}

/**
 * Finds the program in the code directory (contract C20, C24). A relative one has to lie inside.
 *
 * @throws OptmlError PROGRAM_MISSING, PROGRAM_OUTSIDE_CODE, PROGRAM_NOT_FOUND or PROGRAM_INVALID.
 */
export function locateEntryPoint(program: string | null, codeDir: string): EntryPoint {
  if (program === null) {
    throw new OptmlError('PROGRAM_MISSING', 'no entry point was given', {
      where: 'environment variable SAGEMAKER_PROGRAM and hyperparameter sagemaker_program are both unset',
      fix: `Set SAGEMAKER_PROGRAM, in the Dockerfile (ENV SAGEMAKER_PROGRAM=train.ts) or in the job's Environment, to a file in ${codeDir}${inventory(codeDir)}. To run a program without train, name it in ContainerEntrypoint.`,
    });
  }
  const file = resolve(codeDir, program);
  const inside = relative(codeDir, file) || '.';
  const isOutside = /^\.\.(\/|$)/.test(inside);
  if (isOutside && !isAbsolute(program)) {
    throw new OptmlError(
      'PROGRAM_OUTSIDE_CODE',
      `the entry point "${program}" lies outside the code directory ${codeDir}`,
      {
        where: programSource(program),
        fix: `Put the program into ${codeDir}, or give its absolute path.`,
      },
    );
  }
  const path = isOutside ? file : inside;
  const kind = entryPointKind(path, codeDir);
  if (kind === 'npm-package' && !existsSync(join(file, 'package.json'))) {
    throw new OptmlError('PROGRAM_INVALID', `the entry point "${program}" is a folder without a package.json`, {
      where: file,
      fix: 'Name the script itself, or add a package.json whose "bin" or "main" names it.',
    });
  }
  // A Python package is named by its module, which need not be a file.
  if (kind !== 'npm-package' && !hasFile(file) && kind !== 'python-package') {
    throw notFound(program, path, codeDir);
  }
  return { kind, path };
}

function programSource(program: string): string {
  return `entry point "${program}", from SAGEMAKER_PROGRAM or sagemaker_program`;
}

function notFound(program: string, path: string, codeDir: string): OptmlError {
  const folder = resolve(codeDir, dirname(path));
  const names = isDirectory(folder) ? readdirSync(folder).map((name) => join(dirname(path), name)) : [];
  const suggestion = nearest(path, names);
  return new OptmlError('PROGRAM_NOT_FOUND', `the entry point "${program}" does not exist in ${codeDir}`, {
    where: programSource(program),
    fix: names.includes(path)
      ? 'Replace the link of that name, which leads nowhere.'
      : suggestion === undefined
        ? `Check the name, and that the source is there${inventory(codeDir)}.`
        : `Did you mean "${suggestion}"?`,
  });
}

const SHOWN_FILES = 8;

function inventory(codeDir: string): string {
  const names = isDirectory(codeDir) ? readdirSync(codeDir).sort() : [];
  if (names.length === 0)
    return ` (${codeDir} is empty: copy the source there, or give its location in SAGEMAKER_SUBMIT_DIRECTORY)`;
  return ` (${codeDir} holds ${names.slice(0, SHOWN_FILES).join(', ')}${names.length > SHOWN_FILES ? ' …' : ''})`;
}
