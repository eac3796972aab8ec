import { Estimator } from '../estimator.ts';
import type { EstimatorOptions } from '../estimator-options.ts';
import type { Preset } from '../preset.ts';
import type { InputMode } from '../request/training-input.ts';
import { usageError } from '../request/usage-error.ts';
import { awsImage } from './aws-images.ts';
import type { FrameworkOptions } from './framework-options.ts';
import { instanceKind } from './instance-kind.ts';
import { requireScript, requireVersion } from './require-version.ts';

/** How {@link ScikitLearn} trains, on one host without GPUs: AWS's image of a version, such as `1.2-1`, or another one. */
export type ScikitLearnOptions<Mode extends InputMode = InputMode> = FrameworkOptions<
  { readonly frameworkVersion: string },
  Mode
> & { readonly instanceCount?: 1; readonly distribution?: never; readonly instanceGroups?: never };

const SCIKIT_LEARN: Preset = {
  isScript: true,
  check: (options) => {
    requireScript(options);
    requireVersion(options, ['frameworkVersion']);
    if ((options.instanceCount ?? 1) !== 1 || options.instanceGroups !== undefined) {
      throw usageError('scikit-learn trains on one host', 'instanceCount', 'Leave it out, or pass 1.');
    }
    if (options.distribution !== undefined) {
      throw usageError('scikit-learn does not train distributed', 'distribution', 'Leave it out.');
    }
    if (instanceKind(options) !== 'cpu') {
      throw usageError('scikit-learn does not use GPUs', 'instanceType', 'Pass a type without GPUs: ml.m5.xlarge.');
    }
  },
  image: ({ frameworkVersion }, region) => awsImage('sagemaker-scikit-learn', region, `${frameworkVersion}-cpu-py3`),
};

/**
 * Trains a script of scikit-learn. On this machine, optml's own image `optml:sklearn` runs instead of AWS's.
 *
 * @example
 * ```ts
 * import { ScikitLearn } from 'optml/estimator';
 *
 * const estimator = new ScikitLearn({
 *   entryPoint: './train.py',
 *   frameworkVersion: '1.2-1',
 *   instanceType: 'local',
 *   hyperparameters: { 'max-depth': 5 },
 * });
 * await estimator.fit({ train: './data' });
 * ```
 */
export class ScikitLearn<Mode extends InputMode = 'File'> extends Estimator<Mode> {
  /** @throws OptmlError USAGE for options that do not go together, and unknown ones. */
  constructor(options: ScikitLearnOptions<Mode>) {
    super(options as unknown as EstimatorOptions<Mode>, SCIKIT_LEARN);
  }
}
