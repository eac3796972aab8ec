import type { AnyOptions } from './estimator-options.ts';

/** What an estimator of a framework chooses for its users. */
export interface Preset {
  /** Whether the job is a script, which gets every hyperparameter as JSON. */
  readonly isScript: boolean;
  /** The image of a job that names none. @throws OptmlError USAGE if there is none. */
  image?(options: AnyOptions, region: string): string;
  /** Whether SageMaker shows the metrics of the job as series, unless `enableSagemakerMetrics` is given. */
  hasMetricSeries?(options: AnyOptions): true | undefined;
  /** Checks what the framework cannot do. @throws OptmlError USAGE. */
  check?(options: AnyOptions): void;
}

/** An estimator of any image. */
export const ANY_IMAGE: Preset = { isScript: false };
