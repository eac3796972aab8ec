import { Estimator } from '../estimator.ts';
import type { AnyOptions, EstimatorOptions } from '../estimator-options.ts';
import type { Preset } from '../preset.ts';
import type { InputMode } from '../request/training-input.ts';
import { usageError } from '../request/usage-error.ts';
import { awsImage } from './aws-images.ts';
import type { FrameworkOptions } from './framework-options.ts';
import { instanceKind } from './instance-kind.ts';
import { requireScript, requireVersion } from './require-version.ts';

/** How {@link PyTorch} trains: AWS's image of a version, such as `2.6.0` with `py312`, or another one. */
export type PyTorchOptions<Mode extends InputMode = InputMode> = FrameworkOptions<
  { readonly frameworkVersion: string; readonly pyVersion: string },
  Mode
>;

const PYTORCH: Preset = {
  isScript: true,
  check: (options) => {
    requireScript(options);
    requireVersion(options, ['frameworkVersion', 'pyVersion']);
    const { distribution, entryPoint = '', pyVersion = 'py3' } = options;
    if (distribution?.torchDistributed?.enabled !== true) return;
    if (!entryPoint.endsWith('.py')) {
      throw usageError('torchDistributed starts Python programs only', 'entryPoint', 'Pass a file that ends in .py.');
    }
    if (!pyVersion.startsWith('py3')) {
      throw usageError('torchDistributed needs Python 3', 'pyVersion', 'Pass one such as "py312".');
    }
  },
  image: (options, region) => {
    const kind = instanceKind(options);
    if (kind === 'accelerator') {
      throw usageError('images for this instance type are not listed here', 'imageUri', 'Pass imageUri.');
    }
    const { frameworkVersion = '', pyVersion = '' } = options;
    return awsImage('pytorch-training', region, `${frameworkVersion}-${kind}-${pyVersion}`);
  },
  hasMetricSeries: ({ frameworkVersion }) => (isAtLeast13(frameworkVersion) ? true : undefined),
};

/**
 * Trains a script of PyTorch. On this machine, optml's own image `optml:pytorch` runs instead of AWS's.
 *
 * @example
 * ```ts
 * import { PyTorch } from 'optml/estimator';
 *
 * const estimator = new PyTorch({
 *   entryPoint: 'train.py',
 *   sourceDir: './src',
 *   frameworkVersion: '2.6.0',
 *   pyVersion: 'py312',
 *   instanceType: 'local',
 *   distribution: { torchDistributed: { enabled: true } },
 * });
 * await estimator.fit({ training: './data' });
 * ```
 */
export class PyTorch<Mode extends InputMode = 'File'> extends Estimator<Mode> {
  /** @throws OptmlError USAGE for options that do not go together, and unknown ones. */
  constructor(options: PyTorchOptions<Mode>) {
    super(options as unknown as EstimatorOptions<Mode>, PYTORCH);
  }
}

/** Metrics of the framework's own image are series from version 1.3 on. */
function isAtLeast13(version: AnyOptions['frameworkVersion']): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 3);
}
