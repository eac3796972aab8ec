import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
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
}

/** Submits a job with the real SDK and runs its request unchanged. Undefined if the test is skipped. */
export async function runSdkJob(t: TestContext, { sdk, name, ...program }: SdkJob): Promise<JobRun | undefined> {
  const run = await fromSdk(t, { ...program, folder: 'sdk-jobs', submit: `${sdk}.py` }, sdk);
  return run?.({ name });
}

/** The content of the model of a completed job, by file name. */
export async function seenByScript(job: JobRun): Promise<Readonly<Record<string, SeenByScript>>> {
  assert.equal(job.end.code, 0, outputOf(job));
  const files = await readArchive(job.outputDir, 'model.tar.gz');
  return Object.fromEntries(
    [...files].map(([name, text]) => [name, JSON.parse(text.toString('utf8')) as SeenByScript]),
  );
}
