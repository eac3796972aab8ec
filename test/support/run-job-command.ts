import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { TrainingJobDescription } from '../../src/jobs/describe/describe.ts';
import type { JobRecord } from '../../src/jobs/record.ts';
import { ROOT, temporaryFolder } from './job.ts';

/** The built `optml`: `npm run build` first. */
export const OPTML = join(ROOT, 'dist', 'bin', 'optml.cjs');

/** How `optml run` ended. */
export interface RunEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `optml run` under way. */
export interface RunUnderWay {
  readonly child: ChildProcess;
  readonly ended: Promise<RunEnd>;
  /** Both streams so far. */
  readonly output: () => string;
  /** Resolves when one of the two streams holds `text`. */
  seen(text: string): Promise<void>;
}

/** A folder with a project, a job file and a home of its own for `optml run`, on the engine `process`. */
export interface Workplace {
  /** Working directory of the commands. */
  readonly dir: string;
  readonly home: string;
  write(path: string, content: string): string;
  /** Writes `job.json` from a request; see {@link requestOf}. */
  writeJob(request?: unknown): void;
  /** Starts `optml` with these words. */
  begin(command: readonly string[], variables?: NodeJS.ProcessEnv, under?: readonly string[]): RunUnderWay;
  /** `optml` with these words, to its end. `under`: the words of a program that runs it. */
  optml(command: readonly string[], variables?: NodeJS.ProcessEnv, under?: readonly string[]): Promise<RunEnd>;
  /** `optml run job.json --engine process` and these words. */
  run(command?: readonly string[], variables?: NodeJS.ProcessEnv): Promise<RunEnd>;
  start(command?: readonly string[], variables?: NodeJS.ProcessEnv): RunUnderWay;
  record(name?: string): JobRecord;
  jobDir(name?: string): string;
  /** What a job has left in its folder, apart from what must stay. */
  leftIn(name?: string): readonly string[];
  read(path: string): string;
}

/** A small request on this machine whose program is `project/train.sh`, run by the shell without `train`. */
export function requestOf(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    TrainingJobName: 'job',
    AlgorithmSpecification: {
      TrainingImage: 'file://./project',
      TrainingInputMode: 'File',
      ContainerEntrypoint: ['/bin/sh', 'train.sh'],
    },
    OutputDataConfig: { S3OutputPath: './out' },
    ResourceConfig: { InstanceType: 'local', InstanceCount: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
    ...changes,
  };
}

/** Members of a request whose program is run by `train`. */
export function byTrain(program = 'train.sh'): Readonly<Record<string, unknown>> {
  return {
    AlgorithmSpecification: { TrainingImage: 'file://./project', TrainingInputMode: 'File' },
    HyperParameters: { sagemaker_program: program },
  };
}

/** Several hosts of the kind above. */
export function hosts(count: number): Readonly<Record<string, unknown>> {
  return { ResourceConfig: { InstanceType: 'local', InstanceCount: count } };
}

/** Words of a shell script that print the name of its host, where no `train` sets SM_CURRENT_HOST. */
export const HOST_OF_SCRIPT = `$(sed 's/.*"current_host":"\\([^"]*\\)".*/\\1/' $ml/input/config/resourceconfig.json)`;

/** A File channel of this machine. */
export function channel(name: string, location: string, source: object = {}, members: object = {}): unknown {
  return {
    ChannelName: name,
    DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: location, ...source } },
    ...members,
  };
}

const STAYS = /^(?:job\.json|logs|metrics\.jsonl|report\.html|stop)$/;

/**
 * Makes a workplace whose program is the shell script given. Everything is ended and removed after the test. `before`: a
 * program with arguments that `optml` replaces.
 */
export function makeWorkplace(
  t: TestContext,
  script = 'true',
  changes: Readonly<Record<string, unknown>> = {},
  before: readonly string[] = [],
): Workplace {
  const dir = temporaryFolder(t);
  const home = join(dir, 'home');
  const jobDir = (name = 'job') => join(home, 'jobs', name);
  const write = (path: string, content: string) => {
    const file = join(dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };
  const writeJob = (request: unknown = requestOf(changes)) => void write('job.json', JSON.stringify(request));
  const begin: Workplace['begin'] = (command, variables = {}, under = []) => {
    const [program = '', ...words] = [...before, ...under, process.execPath, OPTML, ...command];
    return watch(
      t,
      spawn(program, words, {
        cwd: dir,
        env: { PATH: process.env['PATH'], HOME: dir, LANG: 'C.UTF-8', OPTML_HOME: home, ...variables },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  };
  const start = (command: readonly string[] = [], variables: NodeJS.ProcessEnv = {}) =>
    begin(['run', 'job.json', '--engine', 'process', ...command], variables);
  chmodSync(write('project/train.sh', `ml=$SAGEMAKER_BASE_DIR\n${script}\n`), 0o755);
  writeJob();
  return {
    dir,
    home,
    write,
    writeJob,
    begin,
    start,
    jobDir,
    optml: (command, variables, under) => begin(command, variables, under).ended,
    run: (command, variables) => start(command, variables).ended,
    record: (name) => JSON.parse(readFileSync(join(jobDir(name), 'job.json'), 'utf8')) as JobRecord,
    leftIn: (name) => readdirSync(jobDir(name)).filter((entry) => !STAYS.test(entry)),
    read: (path) => readFileSync(join(dir, path), 'utf8'),
  };
}

function watch(t: TestContext, child: ChildProcess): RunUnderWay {
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
    for (const look of watchers) look();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
    for (const look of watchers) look();
  });
  const ended = new Promise<RunEnd>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  // Its watchdog ends what it has started.
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const seen = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!stdout.includes(text) && !stderr.includes(text)) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
      void ended.then(() => reject(new Error(`ended without ${JSON.stringify(text)}:\n${stdout}${stderr}`)));
    });
  return { child, ended, output: () => stdout + stderr, seen };
}

/** Statuses through which a job went, in order. */
export function statusesOf(record: JobRecord): readonly string[] {
  return record.SecondaryStatusTransitions.map(({ Status }) => Status);
}

/**
 * What `optml run --json` printed of a job that could not be started, which has left no record: the answer of
 * DescribeTrainingJob.
 */
export function unrecorded({ jobDir }: Workplace, stdout: string, name = 'job'): TrainingJobDescription {
  assert.ok(!existsSync(jobDir(name)), 'the job has left a record');
  return JSON.parse(stdout) as TrainingJobDescription;
}

/** Whether there is something at this path. */
export function isThere(...path: readonly string[]): boolean {
  return existsSync(join(...path));
}
