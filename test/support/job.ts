import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import type { TrainWaits } from '../../src/train/train-waits.ts';
import { requireFreshBuild } from './fresh-build.ts';

/** The repository's own folder. */
export const ROOT = resolve(import.meta.dirname, '..', '..');

// Every test but those of single modules may start a built program. Checked here, once in each process.
if (!process.argv[1]?.startsWith(join(ROOT, 'test', 'unit'))) requireFreshBuild();

/** The built `train`, from the present sources. */
export const TRAIN = join(ROOT, 'dist', 'bin', 'train.cjs');

/** What a test job holds: a base directory as the platform lays it out. */
export interface JobSpec {
  /** Path below the base directory → content. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Written as the platform does: every value as it is given here, already JSON text or plain. */
  readonly hyperparameters?: Readonly<Record<string, string>>;
  readonly program?: string;
  readonly resourceConfig?: unknown;
  readonly inputDataConfig?: unknown;
}

/** A fresh folder that is removed after the test. */
export function temporaryFolder(t: TestContext): string {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), 'optml-test-'));
  // Processes that have just been ended may still add a file.
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 8 }));
  return dir;
}

/** Lays out a job in a fresh folder and returns its base directory. */
export function makeJob(t: TestContext, spec: JobSpec): string {
  const base = join(temporaryFolder(t), 'ml');
  const config = join(base, 'input', 'config');
  for (const dir of [config, join(base, 'model'), join(base, 'output', 'data')]) mkdirSync(dir, { recursive: true });
  const hyperparameters = {
    ...(spec.program !== undefined && { sagemaker_program: spec.program }),
    ...spec.hyperparameters,
  };
  writeFileSync(join(config, 'hyperparameters.json'), JSON.stringify(hyperparameters));
  writeFileSync(
    join(config, 'resourceconfig.json'),
    JSON.stringify(spec.resourceConfig ?? { current_host: 'localhost', hosts: ['localhost'] }),
  );
  writeFileSync(join(config, 'inputdataconfig.json'), JSON.stringify(spec.inputDataConfig ?? {}));
  for (const [path, content] of Object.entries(spec.files ?? {})) {
    const file = join(base, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return base;
}

/** How a run of `train` ended. */
export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Text of `output/failure`, or undefined. */
  readonly failure: string | undefined;
  readonly isSuccess: boolean;
}

/** A run of `train` under way. */
export interface RunningJob {
  readonly child: ChildProcess;
  readonly base: string;
  /** Resolves when the program's output (both streams) holds `text`. */
  seen(text: string): Promise<void>;
  readonly ended: Promise<RunResult>;
}

/** The arguments of Node for `train` from the sources, with these waits instead of the default. */
export function trainWith(waits: TrainWaits): readonly string[] {
  const program = join(ROOT, 'test', 'support', 'train-with-waits.ts');
  return ['--conditions=optml-source', '--import', import.meta.resolve('tsx'), program, JSON.stringify(waits)];
}

/**
 * Starts the built `train` for the job in `base`; with `waits`, `train` from the sources. Packing is off unless `variables`
 * say otherwise. Killed after the test.
 */
export function startTrain(
  t: TestContext,
  base: string,
  variables: NodeJS.ProcessEnv = {},
  waits?: TrainWaits,
): RunningJob {
  const child = spawn(process.execPath, waits === undefined ? [TRAIN] : trainWith(waits), {
    env: {
      PATH: process.env['PATH'],
      HOME: dirname(base),
      LANG: 'C.UTF-8',
      OPTML_PACKAGE: 'never',
      SAGEMAKER_BASE_DIR: base,
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  return watchJob(child, base);
}

/** Watches a process that runs `train`, itself or in a container, for the job in `base`. Both its streams are pipes. */
export function watchJob(child: ChildProcess, base: string): RunningJob {
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
    for (const watcher of watchers) watcher();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
    for (const watcher of watchers) watcher();
  });
  const ended = new Promise<RunResult>((resolveEnd) => {
    child.once('close', (code, signal) => {
      const failureFile = join(base, 'output', 'failure');
      resolveEnd({
        code,
        signal,
        stdout,
        stderr,
        failure: existsSync(failureFile) ? readFileSync(failureFile, 'utf8') : undefined,
        isSuccess: existsSync(join(base, 'output', 'success')),
      });
    });
  });
  const seen = (text: string) =>
    new Promise<void>((resolveSeen, reject) => {
      const check = () => {
        if (!stdout.includes(text) && !stderr.includes(text)) return;
        watchers.delete(check);
        resolveSeen();
      };
      watchers.add(check);
      check();
      void ended.then(() =>
        reject(new Error(`train ended without showing ${JSON.stringify(text)}:\n${stdout}\n${stderr}`)),
      );
    });
  return { child, base, seen, ended };
}

/** Lays out a job, runs `train` to its end. */
export async function runJob(
  t: TestContext,
  spec: JobSpec,
  variables: NodeJS.ProcessEnv = {},
  waits?: TrainWaits,
): Promise<RunResult & { readonly base: string }> {
  const base = makeJob(t, spec);
  return { base, ...(await startTrain(t, base, variables, waits).ended) };
}
