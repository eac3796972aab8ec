import { join, resolve } from 'node:path';
import { EXIT_CODES, signalExitCode } from '../../contract/exit-codes.ts';
import { asOptmlError, describeError } from '../../errors/error.ts';
import { downloadModelOf } from '../../estimator/download-model.ts';
import type { TrainingJobDescription } from '../../jobs/describe/describe.ts';
import { DEFAULT_OUTPUT } from '../../request/flags.ts';
import type { GivenOptions } from '../options/parse-options.ts';
import type { RunView } from '../view/run-view.ts';
import type { FollowedEnd } from './follow-cloud-job.ts';
import type { Interrupts } from './interrupts.ts';

/** The help of the option, for the commands that follow a job. */
export const DOWNLOAD_HELP = `  --download[=DIR]        when the job has ended, download and unpack its model
                          (default: ${DEFAULT_OUTPUT}/JOB/model)`;

interface DownloadSetting {
  readonly given: GivenOptions;
  /** Address and credentials of S3. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly view: RunView;
  /** A signal ends the download. */
  readonly interrupts: Pick<Interrupts, 'detach' | 'detachedBy'>;
}

/**
 * Downloads the model of a job that has ended, if the option asks for it. Returns the exit code of the command: 4 if the job
 * has completed and its model was not downloaded; that of the signal that has ended the download.
 */
export async function downloadIfAsked(
  { exitCode, description }: FollowedEnd,
  setting: DownloadSetting,
): Promise<number> {
  const { given, variables, view, interrupts } = setting;
  const option = given.values.get('download');
  if (option === undefined || description === undefined) return exitCode;
  if (!hasModel(description)) {
    view.note('The job left no model to download.');
    return exitCode;
  }
  const dir = resolve(option === '' ? join(DEFAULT_OUTPUT, description.TrainingJobName, 'model') : option);
  void view.show({ type: 'progress', what: 'downloading the model', doneBytes: 0, totalBytes: undefined });
  try {
    await downloadModelOf(description, dir, { variables, signal: interrupts.detach });
    view.close();
    view.note(`  model    ${dir}`);
    return exitCode;
  } catch (error) {
    view.close();
    const signal = interrupts.detachedBy();
    if (signal !== undefined) {
      const { TrainingJobName: name } = description;
      view.note(`The download was stopped. Start it again: optml attach ${name} --download`);
      return signalExitCode(signal);
    }
    view.note(`The model was not downloaded.\n${describeError(asOptmlError(error))}`);
    return exitCode === EXIT_CODES.success ? EXIT_CODES.notDelivered : exitCode;
  }
}

function hasModel({ TrainingJobStatus: status, ModelArtifacts: model }: TrainingJobDescription): boolean {
  return status !== 'Failed' && model?.S3ModelArtifacts !== undefined;
}
