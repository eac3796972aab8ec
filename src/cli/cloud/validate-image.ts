import { join } from 'node:path';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { DEFAULT_OUTPUT } from '../../request/flags.ts';
import type { TrainingJobRequest } from '../../request/request.ts';
import type { RunView } from '../view/run-view.ts';

interface ValidateSetting {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Absolute. */
  readonly baseDir: string;
  readonly view: RunView;
  readonly signal: AbortSignal;
}

/**
 * Checks the image of a job, with the job, against SageMaker's contract, by a container engine of this machine, which may pull it.
 * Shows what was found, and why the job is not submitted. Returns whether it may be.
 *
 * @throws OptmlError IMAGE_UNAVAILABLE, ENGINE_FAILED if nothing can be checked.
 */
export async function isImageSound(request: TrainingJobRequest, setting: ValidateSetting): Promise<boolean> {
  const { variables, baseDir, view, signal } = setting;
  const image = request.AlgorithmSpecification?.TrainingImage;
  // An algorithm resource: SageMaker has checked its image.
  if (image === undefined) return true;
  const { exitCodeOf, formatReport, validateImage } = await import('#validate/validate-image');
  const showProgress = () =>
    view.show({ type: 'progress', what: `validating ${image}`, doneBytes: 0, totalBytes: undefined });
  void showProgress();
  const report = await validateImage({
    image,
    job: withOutput(request, baseDir),
    variables,
    baseDir,
    signal,
    onProgress: (event) => (event.type === 'engine' ? view.note(`  ${event.line}`) : showProgress()),
  });
  view.note(formatReport(report, 'terminal', { isColoured: false, isVerbose: false, width: 120 }).trimEnd());
  const exitCode = exitCodeOf(report);
  if (exitCode === EXIT_CODES.success) return true;
  const why = exitCode === EXIT_CODES.failure ? 'the image breaks the contract of SageMaker' : 'nothing was validated';
  view.note(`Not submitted: ${why}.`);
  return false;
}

// The checks look at the outputs of a host, and deliver none.
function withOutput(request: TrainingJobRequest, baseDir: string): TrainingJobRequest {
  const { S3OutputPath = join(baseDir, DEFAULT_OUTPUT) } = request.OutputDataConfig;
  return { ...request, OutputDataConfig: { ...request.OutputDataConfig, S3OutputPath } };
}
