import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { nearest } from '../../errors/nearest.ts';
import { kindAt } from '../../job-tree/input/input-file.ts';
import { isProgramName } from '../../request/document/recognise.ts';
import type { GivenOptions } from '../options/parse-options.ts';
import { usageError } from '../options/usage-error.ts';
import { findProgram, programsIn } from './find-program.ts';
import { projectFolder } from './project-folder.ts';

/** What `optml run` is to run, in the form that a job file and the options `--source` and `--program` have. */
export interface RunTarget {
  readonly given: GivenOptions;
  /** What was found, for a status line; undefined if the command names it. */
  readonly found?: string;
}

const JOB_FILES = ['job.json', 'job.yaml', 'job.yml'] as const;
const MOST_SHOWN = 5;

/**
 * Finds what the argument of `optml run` means: a job file, a program, a folder with a job file or with a program, `-` for
 * standard input, or nothing for the job file of the working directory.
 *
 * @throws OptmlError USAGE for a folder without a program of its own, and for a program beside `--source` or `--program`.
 */
export function findRunTarget(given: GivenOptions): RunTarget {
  const [operand] = given.operands;
  if (operand === undefined) return ofWorkingDirectory(given);
  const kind = kindAt(operand);
  if (kind === 'a folder') return ofFolder(operand, given);
  if (!isProgramName(operand) || given.values.has('source')) return { given };
  if (kind !== 'a regular file') throw missingProgram(operand, given);
  return ofProgram(operand, given);
}

function ofWorkingDirectory(given: GivenOptions): RunTarget {
  if (given.values.has('source') || given.values.has('image')) return { given };
  const file = JOB_FILES.find((name) => existsSync(name));
  if (file !== undefined) return { given: { ...given, operands: [file] }, found: `Running ${file}` };
  const programs = [...programsIn('.'), ...programsIn('.', 'src')];
  const run = programs.length === 0 ? 'Pass a job file, a program or a folder' : `Pass a program: ${shown(programs)}`;
  throw usageError(
    given.command,
    'there is no job.json in this folder',
    `${run}. "optml init" writes a small project.`,
  );
}

function ofFolder(folder: string, given: GivenOptions): RunTarget {
  const file = JOB_FILES.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file !== undefined) return { given: { ...given, operands: [file] }, found: `Running ${file}` };
  refuseSource(folder, given);
  if (given.values.has('program')) return withSource(given, resolve(folder), given.values.get('program') ?? '');
  const found = findProgram(folder);
  if ('program' in found) return withSource(given, resolve(folder), found.program);
  const { candidates } = found;
  const fix =
    candidates.length === 0
      ? `Put job.json or train.* there, or run "${given.command} --source ${folder} --program FILE".`
      : `Pass one: ${shown(candidates.map((name) => join(folder, name)))}.`;
  const message = `${folder} has no job.json, and no single program train.* or "main" of a package.json`;
  throw usageError(given.command, message, fix);
}

function ofProgram(path: string, given: GivenOptions): RunTarget {
  refuseSource(path, given);
  if (given.values.has('program')) {
    throw usageError(given.command, `${path} and --program both name a program`, 'Leave one of them out.');
  }
  const file = resolve(path);
  const folder = projectFolder(file, homedir());
  if (folder !== undefined) return withSource(given, folder, relative(folder, file));
  return {
    ...withSource(given, file, basename(file)),
    found: `Running ${file} alone, without the other files of its folder`,
  };
}

function withSource(given: GivenOptions, source: string, program: string): RunTarget {
  const values = new Map([...given.values, ['source', source] as const, ['program', program] as const]);
  return { given: { ...given, operands: [], values }, found: `Running ${program} of ${source}` };
}

function refuseSource(operand: string, { command, values }: GivenOptions): void {
  if (!values.has('source')) return;
  throw usageError(command, `${operand} and --source both name a source`, 'Leave one of them out.');
}

function missingProgram(path: string, { command }: GivenOptions) {
  const folder = join(path, '..');
  const near = nearest(
    basename(path),
    programsIn(folder).map((name) => basename(name)),
  );
  const fix = near === undefined ? 'Check the path.' : `Did you mean "${join(folder, near)}"?`;
  return usageError(command, `there is no file ${path}`, fix);
}

function shown(names: readonly string[]): string {
  return `${names.slice(0, MOST_SHOWN).join(', ')}${names.length > MOST_SHOWN ? ', …' : ''}`;
}
