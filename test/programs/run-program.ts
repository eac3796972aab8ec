import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type PythonPackages, pythonPackages } from '../support/frameworks/python-packages.ts';
import { makeWorkplace, type RunEnd, type Workplace } from '../support/run-job-command.ts';
import { sumsOfArchive, sumsOfFolder } from './sums.ts';
import { readPoints, readTruth, type Sums, type Truth } from './truth/read-truth.ts';

/** A program in a folder of its own below this one: its job file and its source in `src`. */
export interface Program {
  /** The folder, such as `boosting/xgboost-housing`. */
  readonly folder: string;
  /** The Python libraries that it uses. */
  readonly packages?: PythonPackages;
  /** Further arguments of `optml run`. */
  readonly args?: readonly string[];
  /** How often the job starts a program with checkpoints: 2 with an interruption. */
  readonly starts?: number;
}

interface Request {
  readonly TrainingJobName: string;
  readonly AlgorithmSpecification: { readonly MetricDefinitions: ReadonlyArray<{ readonly Name: string }> };
  readonly HyperParameters?: Readonly<Record<string, string>>;
  readonly Environment?: Readonly<Record<string, string>>;
  readonly CheckpointConfig?: { readonly S3Uri: string };
}

/** A copy of a program with which jobs can be run. */
export interface ProgramWorkplace {
  readonly workplace: Workplace;
  /** Names of the metrics that the request defines. */
  readonly metrics: readonly string[];
  /** Runs the job to its end. Its name and hyperparameters may differ from those of the job file. */
  run(changes?: Partial<Request>): Promise<JobRun>;
}

/** A job that has ended. */
export interface JobRun {
  readonly end: RunEnd;
  readonly name: string;
  readonly truth: Truth;
}

const TRUTH = ['truth.py', 'truth.mjs', 'truth.R', 'truth.sh'];

/** Copies a program into a workplace. Undefined if the test is skipped, because the machine lacks something. */
export function copyProgram(t: TestContext, { folder, packages, args = [] }: Program): ProgramWorkplace | undefined {
  const bin = packages === undefined ? '' : pythonPackages(t, packages);
  if (bin === undefined) return undefined;
  const workplace = makeWorkplace(t);
  cpSync(join(import.meta.dirname, folder), workplace.dir, { recursive: true });
  cpSync(join(import.meta.dirname, 'data'), join(workplace.dir, 'data'), { recursive: true });
  for (const name of TRUTH) cpSync(join(import.meta.dirname, 'truth', name), join(workplace.dir, 'src', name));
  const request = JSON.parse(workplace.read('job.json')) as Request;
  const run = async (changes: Partial<Request> = {}) => {
    const name = changes.TrainingJobName ?? request.TrainingJobName;
    const truthDir = join(workplace.dir, 'truth', name);
    mkdirSync(truthDir, { recursive: true });
    workplace.writeJob({
      ...request,
      ...changes,
      HyperParameters: { ...request.HyperParameters, ...changes.HyperParameters },
      Environment: { ...request.Environment, PROGRAM_TRUTH: truthDir },
    });
    const PATH = `${bin}:${process.env['PATH']}`;
    const end = await workplace.run(args, { PATH });
    return { end, name, truth: readTruth(truthDir) };
  };
  const metrics = request.AlgorithmSpecification.MetricDefinitions.map(({ Name }) => Name);
  return { workplace, metrics, run };
}

/** Runs the job of a program, and compares all that optml collected with what the program recorded. */
export async function checkProgram(t: TestContext, program: Program): Promise<void> {
  const copy = copyProgram(t, program);
  if (copy === undefined) return;
  const job = await copy.run();
  const messages = `${job.end.stdout}\n${job.end.stderr}`;
  assert.equal(job.end.code, 0, messages);
  compareMetrics(copy, job);
  await compareModel(copy, job);
  compareCheckpoints(copy, job);
  assert.deepEqual(
    copy.metrics.filter((name) => !isPrinted(name, job)),
    [],
    messages,
  );
  assert.notDeepEqual(job.truth.model, {});
  if (program.starts !== undefined) assert.equal(job.truth.starts['algo-1']?.length, program.starts, messages);
}

function isPrinted(metric: string, { truth }: JobRun): boolean {
  return Object.values(truth.metrics).some((series) => series[metric] !== undefined);
}

/** Every value that the program printed is a point of its metric, in order, and there are no others. */
export function compareMetrics({ workplace }: ProgramWorkplace, { name, truth, end }: JobRun): void {
  assert.deepEqual(readPoints(workplace.jobDir(name)), truth.metrics, `${end.stdout}\n${end.stderr}`);
  assert.doesNotMatch(end.stderr, /^Warning: .*metric/im);
  const last = new Map<string, number[]>();
  for (const series of Object.values(truth.metrics)) {
    for (const [metric, values] of Object.entries(series)) {
      last.set(metric, [...(last.get(metric) ?? []), values.at(-1) ?? Number.NaN]);
    }
  }
  const final = workplace.record(name).FinalMetricDataList ?? [];
  assert.deepEqual(final.map(({ MetricName }) => MetricName).sort(), [...last.keys()].sort());
  for (const { MetricName, Value } of final) {
    assert.ok(last.get(MetricName)?.includes(Number(Value)), `${MetricName}: ${Value}`);
  }
}

/** The archives hold exactly the files that the program wrote. */
export async function compareModel({ workplace }: ProgramWorkplace, { name, truth }: JobRun): Promise<void> {
  const folder = join(workplace.dir, 'out', name, 'output');
  assert.deepEqual(await sumsOfArchive(join(folder, 'model.tar.gz')), truth.model);
  assert.deepEqual(await sumsOfArchive(join(folder, 'output.tar.gz')), truth.output);
}

/** Each start found exactly the checkpoints that the one before left; the location holds exactly those of the last one. */
export function compareCheckpoints({ workplace }: ProgramWorkplace, { truth }: JobRun, before: Sums = {}): void {
  // By agreement the first host saves.
  const first = truth.starts['algo-1'] ?? [];
  for (const starts of Object.values(truth.starts)) {
    const expected = starts.map((_, index) => (index === 0 ? before : first[index - 1]?.left));
    assert.deepEqual(
      starts.map(({ found }) => found),
      expected,
    );
  }
  assert.deepEqual(sumsOfFolder(join(workplace.dir, 'checkpoints')), first.at(-1)?.left ?? {});
}
