import { OptmlError } from '../errors/error.ts';
import type { LaunchDescription } from './launcher.ts';

/**
 * The script and its Python; a launcher of Python's starts nothing else (contract C65, C66).
 *
 * @throws OptmlError LAUNCHER_UNSUPPORTED.
 */
export function pythonScript({ kind, command, environment }: LaunchDescription, launcher: string) {
  const [python, script] = command;
  if (kind === 'python-script' && script !== undefined) return { python, script };
  throw new OptmlError(
    'LAUNCHER_UNSUPPORTED',
    `${launcher} starts Python scripts only, and "${environment.program}" is none`,
    {
      where: `entry point "${environment.program}", from SAGEMAKER_PROGRAM or sagemaker_program`,
      fix: 'Name a script ending in .py (without a setup.py beside it), or use optml_launch=true, which starts any program.',
    },
  );
}
