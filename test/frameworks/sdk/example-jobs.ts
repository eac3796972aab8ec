// Programs of docs/frameworks.md, which start a job of examples/frameworks: as they are, in a copy of the example.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { list } from 'tar';
import { type JobOptions, startLocalEndpoint } from '../../../src/endpoint/local-endpoint.ts';
import { installCaches } from '../../support/caches.ts';
import { hasPythonPackages, type PythonPackages, pythonPackages } from '../../support/frameworks/python-packages.ts';
import { ROOT, temporaryFolder } from '../../support/job.ts';
import { codeBlocks } from '../../support/pages.ts';
import { type CommandResult, runWords } from '../../support/run.ts';

const PAGE = readFileSync(join(ROOT, 'docs/frameworks.md'), 'utf8');

/** The program of that language in docs/frameworks.md that contains a word. */
export function programOf(language: 'python' | 'ts frameworks', word: string): string {
  const [found, ...others] = codeBlocks(PAGE, language).filter((block) => block.includes(word));
  assert.ok(found !== undefined && others.length === 0, `one program contains ${word}`);
  return found;
}

/** A program for two hosts, changed for one host without distribution. */
export function onOneHost(program: string): string {
  const changed = program.replace(/^ +distribut(?:ion|ed)=.*\n/m, '').replace('instance_count=2', 'instance_count=1');
  assert.ok(!/distribut(?:ion|ed)=|instance_count=2/.test(changed), changed);
  return changed;
}

/** A copy of the example, in a folder whose programs in TypeScript find optml. */
export function copyExample(t: TestContext): { readonly home: string; readonly cwd: string } {
  const home = temporaryFolder(t);
  const cwd = join(home, 'example');
  cpSync(join(ROOT, 'examples/frameworks'), cwd, { recursive: true });
  mkdirSync(join(home, 'node_modules'));
  symlinkSync(ROOT, join(home, 'node_modules', 'optml'));
  return { home, cwd };
}

/** The command that runs a program in TypeScript. */
export function byTsx(...words: string[]): readonly string[] {
  return [process.execPath, '--import', join(ROOT, 'node_modules', 'tsx', 'dist', 'loader.mjs'), ...words];
}

/** What a job has left. */
export interface EndedJob {
  readonly status: string;
  readonly failureReason: string;
  readonly image: string;
  /** The log of its first host. */
  readonly log: string;
}

/** A copy of the example, and the Python of its jobs. */
export interface ExamplePlace {
  /** The folder of the copy. */
  readonly cwd: string;
  /** Runs a program in Python by a version of the SDK at an endpoint. */
  python(sdk: 'sdk-v2' | 'sdk-v3', program: string): Promise<CommandResult | undefined>;
  /** Runs a program in TypeScript: on this machine, or at an endpoint. */
  typescript(program: string, where: 'local' | 'endpoint', ...words: string[]): Promise<CommandResult>;
  /** The only job there was. */
  job(): EndedJob;
  /** The files of the model that the program downloaded. */
  modelFiles(): Promise<readonly string[]>;
}

/** Where jobs run, and with which packages. */
export interface PlaceOptions {
  /** Those of the Python of jobs without a container. */
  readonly packages?: PythonPackages;
  /** How the endpoint runs jobs: by default without containers. */
  readonly jobs?: JobOptions;
}

/** Makes it. Outside CI the test is skipped if the packages are not in the cache folder: the answer is then undefined. */
export function examplePlace(t: TestContext, { packages, jobs = {} }: PlaceOptions): ExamplePlace | undefined {
  if (packages !== undefined && process.env['CI'] === undefined && !hasPythonPackages(packages)) {
    t.skip(`SKIPPED: the Python packages "${packages}" are not in the cache folder`);
    return undefined;
  }
  const bin = packages && pythonPackages(t, packages);
  if (packages !== undefined && bin === undefined) return undefined;
  const { home, cwd } = copyExample(t);
  const OPTML_HOME = join(home, 'optml');
  const PATH = [...(bin === undefined ? [] : [bin]), process.env['PATH']].join(delimiter);
  const variables = { ...process.env, PATH, OPTML_HOME, ...installCaches() };
  const settings = { engine: 'process', pull: 'never', stopGraceSeconds: 5, ...jobs } as const;

  const atEndpoint = async <Result>(run: (env: NodeJS.ProcessEnv) => Promise<Result>): Promise<Result> => {
    const endpoint = await startLocalEndpoint({ variables, jobs: settings });
    try {
      return await run({ ...variables, ...endpoint.env });
    } finally {
      await endpoint.close();
    }
  };

  return {
    cwd,
    python: async (sdk, program) => {
      const python = pythonPackages(t, sdk);
      if (python === undefined) return undefined;
      writeFileSync(join(cwd, 'fit.py'), program);
      return atEndpoint((env) =>
        runWords(t, [join(python, 'python'), 'fit.py'], {
          cwd,
          variables: { ...env, SAGEMAKER_SUPPRESS_V2_WARNING: '1' },
        }),
      );
    },
    typescript: (program, where, ...words) => {
      writeFileSync(join(cwd, 'fit.mts'), program);
      const command = byTsx('fit.mts', ...words);
      const run = (env: NodeJS.ProcessEnv) => runWords(t, command, { cwd, variables: env });
      return where === 'local' ? run(variables) : atEndpoint(run);
    },
    job: () => readJob(join(OPTML_HOME, 'jobs')),
    modelFiles: () => modelFiles(join(cwd, 'model')),
  };
}

function readJob(folder: string): EndedJob {
  const [name = '', ...others] = existsSync(folder)
    ? readdirSync(folder).filter((entry) => existsSync(join(folder, entry, 'job.json')))
    : [];
  assert.deepEqual(others, [], 'there is one job');
  const record = JSON.parse(readFileSync(join(folder, name, 'job.json'), 'utf8'));
  return {
    status: record.TrainingJobStatus,
    failureReason: record.FailureReason ?? '',
    image: record.request.AlgorithmSpecification.TrainingImage,
    log: readFileSync(join(folder, name, 'logs', 'algo-1.log'), 'utf8'),
  };
}

async function modelFiles(folder: string): Promise<readonly string[]> {
  const archive = join(folder, 'model.tar.gz');
  if (!existsSync(archive)) return readdirSync(folder);
  const names: string[] = [];
  await list({ file: archive, onReadEntry: ({ path }) => names.push(path) });
  return names;
}

/** Checks a job that has trained: the start of its log, the share of digits that it recognizes, and its model. */
export async function checkTrained(
  place: ExamplePlace,
  end: CommandResult | undefined,
  expected: { readonly firstLines: readonly RegExp[]; readonly model: string },
): Promise<EndedJob | undefined> {
  if (end === undefined) return undefined;
  assert.equal(end.code, 0, end.stdout + end.stderr);
  const job = place.job();
  assert.equal(job.status, 'Completed');
  const lines = job.log.split('\n');
  for (const [index, pattern] of expected.firstLines.entries()) assert.match(lines[index] ?? '', pattern);
  const [, accuracy] = /accuracy=(\d\.\d+)/.exec(job.log) ?? [];
  // As docs/frameworks.md says.
  assert.ok(Number(accuracy) >= 0.95, job.log);
  assert.deepEqual(await place.modelFiles(), [expected.model]);
  return job;
}
