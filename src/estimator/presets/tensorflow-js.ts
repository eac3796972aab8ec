import { isLocalInstance } from '../../request/local-values.ts';
import { Estimator } from '../estimator.ts';
import type { CommonOptions, EstimatorOptions, JobOptions } from '../estimator-options.ts';
import type { Preset } from '../preset.ts';
import type { InputMode } from '../request/training-input.ts';
import { usageError } from '../request/usage-error.ts';
import type { ScriptOptions } from './framework-options.ts';
import { requireScript } from './require-version.ts';

/** How {@link TensorFlowJs} trains: with optml's own image, which elsewhere is in a registry of the user. */
export type TensorFlowJsOptions<Mode extends InputMode = InputMode> = CommonOptions<Mode> &
  ScriptOptions &
  JobOptions & {
    /** By default `optml:tfjs` on this machine. */
    readonly imageUri?: string | undefined;
    readonly distribution?: never;
  };

const OWN_IMAGE = 'optml:tfjs';

const TENSORFLOW_JS: Preset = {
  isScript: true,
  check: (options) => {
    requireScript(options);
    if (options.distribution !== undefined) {
      throw usageError('TensorFlow.js does not train distributed', 'distribution', 'Leave it out.');
    }
    const { imageUri, instanceType = '' } = options;
    if (imageUri === undefined && !isLocalInstance(instanceType)) {
      throw usageError(
        'imageUri is missing: AWS has no image for TensorFlow.js',
        'imageUri',
        `Push ${OWN_IMAGE} to Amazon ECR, and pass its URI.`,
      );
    }
  },
  image: () => OWN_IMAGE,
};

/**
 * Trains a script of TensorFlow.js, in TypeScript or JavaScript.
 *
 * @example
 * ```ts
 * import { TensorFlowJs } from 'optml/estimator';
 *
 * const estimator = new TensorFlowJs({ entryPoint: 'train.ts', sourceDir: './src', instanceType: 'local' });
 * await estimator.fit({ train: './data' });
 * ```
 */
export class TensorFlowJs<Mode extends InputMode = 'File'> extends Estimator<Mode> {
  /** @throws OptmlError USAGE for options that do not go together, and unknown ones. */
  constructor(options: TensorFlowJsOptions<Mode>) {
    super(options as unknown as EstimatorOptions<Mode>, TENSORFLOW_JS);
  }
}
