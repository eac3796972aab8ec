import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { outputOf } from './compare.ts';
import { runSdkJob, type SdkJob, seenByScript } from './sdk-jobs.ts';

/** Where a job runs, and what it needs there. */
export type SdkJobPlace = Omit<SdkJob, 'sdk' | 'name'>;

/** Jobs of ModelTrainer that run alike on each engine: what they show → the check. A skipped job checks nothing. */
export const MODEL_TRAINER_JOBS: Readonly<Record<string, (t: TestContext, place: SdkJobPlace) => Promise<void>>> = {
  'a command gets its own arguments only, and hyperparameters as variables (C91)': async (t, place) => {
    const files = await filesOf(t, { ...place, sdk: 'sdk-v3', name: 'command' });
    if (files === undefined) return;
    const seen = files['algo-1-0.json'];
    assert.deepEqual([seen?.args, seen?.hyperparameters['epochs']], [['--epochs', '2'], 3]);
  },
  'requirements are installed before the script starts (C90)': async (t, place) => {
    const files = await filesOf(t, { ...place, sdk: 'sdk-v3', name: 'requirements' });
    if (files !== undefined) assert.equal(files['algo-1-0.json']?.isRequiredInstalled, true);
  },
  'each of two hosts saves its part of the model': async (t, place) => {
    const ranks = await ranksOf(t, { ...place, sdk: 'sdk-v3', name: 'hosts' });
    if (ranks !== undefined) assert.deepEqual(ranks, { 'algo-1-0.json': 1, 'algo-2-0.json': 1 });
  },
  'a script that fails ends the job with the traceback of the driver, as on SageMaker (C92)': async (t, place) => {
    const job = await runSdkJob(t, { ...place, sdk: 'sdk-v3', name: 'failing' });
    if (job === undefined) return;
    assert.equal(job.end.code, 1, outputOf(job));
    const { FailureReason } = job.workplace.record(job.request.TrainingJobName);
    assert.match(FailureReason ?? '', /^AlgorithmError: Traceback[\s\S]*subprocess\.CalledProcessError: .*train\.py/);
  },
  'a quote in a hyperparameter fails the job, with the error of the shell in its log (C92)': async (t, place) => {
    const job = await runSdkJob(t, { ...place, sdk: 'sdk-v3', name: 'quote' });
    if (job === undefined) return;
    assert.equal(job.end.code, 1, outputOf(job));
    assert.match(outputOf(job), /sm_training\.env: line \d+: unexpected EOF while looking for matching/);
    // The shell ends before the trap of the drivers, so there is no failure file.
    const { FailureReason } = job.workplace.record(job.request.TrainingJobName);
    assert.match(FailureReason ?? '', /^AlgorithmError: , exit code: \d+$/);
  },
};

/** An entry script gets hyperparameters of all kinds and a channel (contract C91). */
export async function checkEntryScript(t: TestContext, place: SdkJobPlace): Promise<void> {
  const files = await filesOf(t, { ...place, sdk: 'sdk-v3', name: 'entry' });
  if (files === undefined) return;
  const { 'algo-1-0.json': seen, ...others } = files;
  assert.deepEqual(others, {});
  assert.ok(seen);
  // The SDK sends texts without quotes, so "123" is a number.
  const hyperparameters = { epochs: 3, lr: 0.1, name: 'resnet', flag: true, layers: [1, 2], opts: { a: 1, b: null } };
  assert.deepEqual(seen.hyperparameters, { ...hyperparameters, text: 'two words', digits: 123 });
  const args = '--epochs 3 --lr 0.1 --name resnet --flag true --layers [1, 2]';
  assert.ok(seen.args.join(' ').startsWith(args), String(seen.args));
  assert.deepEqual(seen.data, ['housing.csv']);
}

/** What the scripts of a job have seen, by file name. Undefined if the test is skipped. */
export async function filesOf(t: TestContext, job: SdkJob) {
  const run = await runSdkJob(t, job);
  return run && (await seenByScript(run));
}

/** How many ranks each file of the model, one for each rank, has seen. Undefined if the test is skipped. */
export async function ranksOf(t: TestContext, job: SdkJob): Promise<Readonly<Record<string, number>> | undefined> {
  const files = await filesOf(t, job);
  return files && Object.fromEntries(Object.entries(files).map(([file, { ranks }]) => [file, ranks]));
}

/** Runs a job on a machine or image without Python, which fails with a sentence that names the variant (contract C27). */
export async function checkMissingPython(t: TestContext, place: SdkJobPlace): Promise<void> {
  const job = await runSdkJob(t, { ...place, sdk: 'sdk-v3', name: 'entry' });
  if (job === undefined) return;
  assert.equal(job.end.code, 1, outputOf(job));
  assert.match(job.end.stderr, /^Warning: algo-1 needs Python and pip.*: use the Python variant of the optml image/m);
  assert.equal(job.workplace.record(job.request.TrainingJobName).FailureReason, 'AlgorithmError: , exit code: 1');
}
