import { EXIT_CODES } from '../../contract/exit-codes.ts';
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
 * Checks the image of a job against SageMaker's contract, with a container engine of this machine, which may pull it. Shows
 * what was found. Returns whether the job may be submitted.
 *
 * @throws OptmlError IMAGE_UNAVAILABLE, ENGINE_FAILED if nothing can be checked.
 */
export async function isImageSound(
  { AlgorithmSpecification: algorithm }: TrainingJobRequest,
  setting: ValidateSetting,
) {
  const { variables, baseDir, view, signal } = setting;
  const image = algorithm?.TrainingImage;
  // An algorithm resource: SageMaker has checked its image.
  if (image === undefined) return true;
  const { exitCodeOf, formatReport, validateImage } = await import('#validate/validate-image');
  const report = await validateImage({
    image,
    variables,
    baseDir,
    signal,
    onProgress: (event) =>
      event.type === 'engine'
        ? view.note(`  ${event.line}`)
        : view.show({ type: 'progress', what: `validating ${image}`, doneBytes: event.done, totalBytes: undefined }),
  });
  view.note(formatReport(report, 'terminal', { isColoured: false, isVerbose: false, width: 120 }).trimEnd());
  return exitCodeOf(report) === EXIT_CODES.success;
}
