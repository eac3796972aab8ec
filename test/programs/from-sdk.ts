import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { pythonPackages } from '../support/frameworks/python-packages.ts';
import { runWords } from '../support/run.ts';
import { startS3, type TestS3 } from '../support/s3.ts';
import {
  binOf,
  copyProgram,
  type Program,
  type ProgramRequest,
  type RunProgram,
  runJobFile,
  truthFolder,
} from './program-workplace.ts';

const SUBMIT = join(import.meta.dirname, '..', 'support', 'frameworks', 'submit.py');

/**
 * How to run a program whose `submit.py` submits the job with the SageMaker Python SDK: the real SDK uploads source and data
 * to an S3 server, and its request runs as it is. Undefined if the test is skipped.
 */
export async function fromSdk(
  t: TestContext,
  program: SdkProgram,
  sdk: 'sdk-v2' | 'sdk-v3',
): Promise<RunProgram | undefined> {
  const bin = binOf(t, program);
  const sdkBin = bin === undefined ? undefined : pythonPackages(t, sdk);
  if (bin === undefined || sdkBin === undefined) return undefined;
  const workplace = copyProgram(t, program);
  const s3 = await startS3(t);
  return async ({ name, hyperparameters = {} }) => {
    const truthDir = truthFolder(workplace, name);
    const variables = {
      ...s3.variables,
      AWS_DEFAULT_REGION: s3.variables['AWS_REGION'],
      HOME: workplace.dir,
      PROGRAM_TRUTH: truthDir,
      MORE_HYPERPARAMETERS: JSON.stringify(hyperparameters),
      SDK_JOB: name,
    };
    const job = join(workplace.dir, 'job.json');
    const submit = await runWords(t, [join(sdkBin, 'python'), SUBMIT, program.submit ?? 'submit.py', job], {
      variables,
      cwd: workplace.dir,
    });
    assert.equal(submit.code, 0, submit.stdout + submit.stderr);
    const request = JSON.parse(readFileSync(job, 'utf8')) as Submitted;
    const run = await runJobFile(
      workplace,
      { truthDir, bin, args: program.args ?? [], under: program.under },
      { ...program.variables, ...s3.variables },
    );
    const prefix = request.OutputDataConfig.S3OutputPath.replace(/^s3:\/\/bucket\/?/, '').replace(/(?<=.)$/, '/');
    const outputDir = join(workplace.dir, 'fetched', name);
    const checkpointDir = join(workplace.dir, 'fetched checkpoints', name);
    await fetch(s3, `${prefix}${request.TrainingJobName}/output/`, outputDir);
    await fetch(s3, 'checkpoints/', checkpointDir);
    return { ...run, workplace, request, outputDir, checkpointDir };
  };
}

/** A program whose job is submitted with an SDK. */
export interface SdkProgram extends Program {
  /** The Python program that submits it, if not `submit.py`. The variable SDK_JOB contains the name of the job. */
  readonly submit?: string;
  /** Further variables of `optml run`. */
  readonly variables?: NodeJS.ProcessEnv;
  /** The words of a program that runs `optml`. */
  readonly under?: readonly string[];
}

interface Submitted extends ProgramRequest {
  readonly OutputDataConfig: { readonly S3OutputPath: string };
}

async function fetch(s3: TestS3, prefix: string, dir: string): Promise<void> {
  for (const key of await s3.keys(prefix)) {
    const file = join(dir, key.slice(prefix.length));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, (await s3.get(key)) ?? '');
  }
}
