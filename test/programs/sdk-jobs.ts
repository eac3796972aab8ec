import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ENGINE } from '../container/support/engine.ts';
import { outputOf } from './compare.ts';
import { fromSdk, type SdkProgram } from './from-sdk.ts';
import type { JobRun } from './program-workplace.ts';
import { readArchive } from './sums.ts';

/** A file that the script of the job has saved in its model, one for each rank. */
export interface SeenByScript {
  readonly args: readonly string[];
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly hosts: readonly string[];
  readonly data: readonly string[];
  readonly ranks: number;
  readonly isRequiredInstalled: boolean;
}

/** A job of `test/fixtures/programs/sdk-jobs`. */
export interface SdkJob extends Omit<SdkProgram, 'folder' | 'submit'> {
  readonly sdk: 'sdk-v2' | 'sdk-v3';
  /** Its name in the program that submits it. */
  readonly name: string;
  /** The image in whose containers it runs, if not on the engine `process`. */
  readonly image?: string;
}

/** Submits a job with the real SDK and runs its request unchanged. Undefined if the test is skipped. */
export async function runSdkJob(t: TestContext, { sdk, name, image, ...job }: SdkJob): Promise<JobRun | undefined> {
  const program = image === undefined ? job : inContainers(job, image);
  const run = await fromSdk(t, { ...program, folder: 'sdk-jobs', submit: `${sdk}.py` }, sdk);
  return run?.({ name });
}

// The image of the request is in a registry of AWS.
function inContainers({ args = [], variables, ...job }: Omit<SdkJob, 'sdk' | 'name' | 'image'>, image: string) {
  const engine = ['--engine', ENGINE, '--pull', 'never', '--image', image];
  return { ...job, args: [...engine, ...args], variables: { ...process.env, ...variables } };
}

/** The content of the model of a completed job, by file name. */
export async function seenByScript(job: JobRun): Promise<Readonly<Record<string, SeenByScript>>> {
  assert.equal(job.end.code, 0, outputOf(job));
  const files = await readArchive(job.outputDir, 'model.tar.gz');
  return Object.fromEntries(
    [...files].map(([name, text]) => [name, JSON.parse(text.toString('utf8')) as SeenByScript]),
  );
}
