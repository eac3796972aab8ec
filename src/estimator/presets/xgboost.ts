import { Estimator } from '../estimator.ts';
import type { EstimatorOptions } from '../estimator-options.ts';
import type { Preset } from '../preset.ts';
import type { InputMode } from '../request/training-input.ts';
import { awsImage } from './aws-images.ts';
import type { FrameworkOptions } from './framework-options.ts';
import { requireScript, requireVersion } from './require-version.ts';

/** How {@link XGBoost} trains: AWS's image of a version, such as `1.7-1`, or another one. */
export type XGBoostOptions<Mode extends InputMode = InputMode> = FrameworkOptions<
  { readonly frameworkVersion: string },
  Mode
>;

/** Versions whose tags also name the processor and Python. */
const LONG_TAGS: ReadonlySet<string> = new Set(['0.90-1', '0.90-2', '1.0-1']);

const XGBOOST: Preset = {
  isScript: true,
  check: (options) => {
    requireScript(options);
    requireVersion(options, ['frameworkVersion']);
  },
  image: ({ frameworkVersion = '' }, region) =>
    awsImage('sagemaker-xgboost', region, `${frameworkVersion}${LONG_TAGS.has(frameworkVersion) ? '-cpu-py3' : ''}`),
};

/**
 * Trains a script of XGBoost. On this machine, optml's own image `optml:xgboost` runs instead of AWS's. For the algorithm
 * without a script, use `Estimator` with the URI of the image.
 *
 * @example
 * ```ts
 * import { XGBoost } from 'optml/estimator';
 *
 * const estimator = new XGBoost({ entryPoint: './train.py', frameworkVersion: '1.7-1', instanceType: 'local' });
 * await estimator.fit({ train: './data' });
 * ```
 */
export class XGBoost<Mode extends InputMode = 'File'> extends Estimator<Mode> {
  /** @throws OptmlError USAGE for options that do not go together, and unknown ones. */
  constructor(options: XGBoostOptions<Mode>) {
    super(options as unknown as EstimatorOptions<Mode>, XGBOOST);
  }
}
