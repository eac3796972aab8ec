import { join } from 'node:path';
import { packageRoot } from '../../process/package-root.ts';
import type { LaunchDescription } from '../launcher.ts';

/** The word by which `optml` runs one rank of an MPI job. Not for people. */
export const RANK_COMMAND = 'mpi-rank';

/**
 * What `mpirun` starts for each rank: optml's own program, which asks its host's `train` for the environment and tells it
 * how the rank ended, and after `--` the user's, by mpi4py where that is Python (contract C63). What stands between the
 * two is put in front of the user's program: an interpreter with its options.
 */
export function rankCommand(description: LaunchDescription, hasMpi4py: boolean): readonly string[] {
  const { command, userArguments } = description;
  const [interpreter, program] = isPython(description) ? [[], pythonCommand(command, hasMpi4py)] : apart(command);
  const own = [process.execPath, join(packageRoot(), 'dist', 'bin', 'optml.cjs'), RANK_COMMAND];
  return [...own, ...interpreter, '--', ...program, ...userArguments];
}

export function isPython({ kind }: LaunchDescription): boolean {
  return kind === 'python-script' || kind === 'python-package';
}

// An exception in one rank then ends all of them, which would wait for it otherwise.
function pythonCommand([python, ...rest]: LaunchDescription['command'], hasMpi4py: boolean): readonly string[] {
  return hasMpi4py ? [python, '-m', 'mpi4py', ...rest] : [python, ...rest];
}

function apart(command: readonly string[]): readonly [readonly string[], readonly string[]] {
  return [command.slice(0, -1), command.slice(-1)];
}
