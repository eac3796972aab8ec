import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type PythonPackages, pythonPackages } from '../support/frameworks/python-packages.ts';
import { ROOT } from '../support/job.ts';
import { makeWorkplace, type RunEnd, type Workplace } from '../support/run-job-command.ts';
import { readTruth, type Truth } from './read-truth.ts';

/** A program in a folder of its own in `test/fixtures/programs`: its source in `src`, and its job. */
export interface Program {
  /** The folder, such as `boosting/xgboost-housing`. */
  readonly folder: string;
  /** The Python libraries that it uses. */
  readonly packages?: PythonPackages;
  /** Further arguments of `optml run`. */
  readonly args?: readonly string[];
}

/** What the tests read of a request. */
export interface ProgramRequest {
  readonly TrainingJobName: string;
  readonly AlgorithmSpecification: { readonly MetricDefinitions: ReadonlyArray<{ readonly Name: string }> };
  readonly HyperParameters?: Readonly<Record<string, string>>;
  readonly Environment?: Readonly<Record<string, string>>;
}

/** One job of a program: its name, and hyperparameters in addition to those of its request. */
export interface JobOptions {
  readonly name: string;
  readonly hyperparameters?: Readonly<Record<string, string>>;
}

/** A job that has ended. */
export interface JobRun {
  readonly end: RunEnd;
  readonly workplace: Workplace;
  readonly request: ProgramRequest;
  /** What the program recorded. */
  readonly truth: Truth;
  /** A folder with the job's `model.tar.gz` and `output.tar.gz`. */
  readonly outputDir: string;
  /** A folder with the content of the location of checkpoints. */
  readonly checkpointDir: string;
}

/** Runs a job of a program to its end. */
export type RunProgram = (options: JobOptions) => Promise<JobRun>;

const FIXTURES = join(ROOT, 'test', 'fixtures', 'programs');
const RECORDERS = ['truth.py', 'truth.mjs', 'truth.R', 'truth.sh'];

/** A copy of a program, its data and the modules by which it records the truth. */
export function copyProgram(t: TestContext, { folder }: Program): Workplace {
  const workplace = makeWorkplace(t);
  cpSync(join(FIXTURES, folder), workplace.dir, { recursive: true });
  cpSync(join(FIXTURES, 'data'), join(workplace.dir, 'data'), { recursive: true });
  for (const name of RECORDERS) cpSync(join(FIXTURES, 'truth', name), join(workplace.dir, 'src', name));
  return workplace;
}

/** The folder in which the program of a job records the truth, outside of all folders of the job. */
export function truthFolder(workplace: Workplace, jobName: string): string {
  const dir = join(workplace.dir, 'truth', jobName);
  mkdirSync(dir, { recursive: true });
  return dir;
}

/** How a job file is run. */
export interface JobFileOptions {
  readonly truthDir: string;
  readonly bin: string;
  readonly args: readonly string[];
  /** The words of a program that runs `optml`. */
  readonly under?: readonly string[] | undefined;
}

/**
 * Runs `job.json`, with the program's libraries on PATH, and reads what the program recorded in `truthDir`. `args` choose
 * the engine if it is not `process`.
 */
export async function runJobFile(
  workplace: Workplace,
  options: JobFileOptions,
  variables: NodeJS.ProcessEnv = {},
): Promise<Pick<JobRun, 'end' | 'truth'>> {
  const PATH = `${options.bin}:${process.env['PATH']}`;
  const engine = options.args.includes('--engine') ? [] : ['--engine', 'process'];
  const end = await workplace.optml(
    ['run', 'job.json', ...engine, ...options.args],
    { PATH, ...variables },
    options.under,
  );
  return { end, truth: readTruth(options.truthDir) };
}

/** The folder of the program's libraries; empty if it needs none, undefined if the test is skipped. */
export function binOf(t: TestContext, { packages }: Program): string | undefined {
  return packages === undefined ? '' : pythonPackages(t, packages);
}

/** How to run a program whose job is a file `job.json`. Undefined if the test is skipped. */
export function fromJobFile(t: TestContext, program: Program): RunProgram | undefined {
  const bin = binOf(t, program);
  if (bin === undefined) return undefined;
  const workplace = copyProgram(t, program);
  const original = JSON.parse(workplace.read('job.json')) as ProgramRequest;
  return async ({ name, hyperparameters }) => {
    const truthDir = truthFolder(workplace, name);
    const request: ProgramRequest = {
      ...original,
      TrainingJobName: name,
      HyperParameters: { ...original.HyperParameters, ...hyperparameters },
      Environment: { ...original.Environment, PROGRAM_TRUTH: truthDir },
    };
    workplace.writeJob(request);
    const run = await runJobFile(workplace, { truthDir, bin, args: program.args ?? [] });
    const outputDir = join(workplace.dir, 'out', name, 'output');
    return { ...run, workplace, request, outputDir, checkpointDir: join(workplace.dir, 'checkpoints') };
  };
}
