import type { LaunchDescription, LaunchPlan } from '../launcher.ts';
import { isMaster } from './installed/requirements.ts';
import { sshdCommand } from './ssh/sshd-command.ts';

/** What an MPI job starts on this host: `mpirun` on the first, an SSH server on the others (contract C62). */
export function mpiPlan(
  launcher: 'mpi' | 'smdistributed',
  description: LaunchDescription,
  masterCommand: readonly [string, ...string[]],
): LaunchPlan {
  const isFirst = isMaster(description.environment);
  // mpirun complains of a variable that it is to pass on and does not have; an empty one means the same.
  const added = description.variables['LD_LIBRARY_PATH'] === undefined ? { LD_LIBRARY_PATH: '' } : {};
  return {
    launcher,
    role: isFirst ? 'master' : 'worker',
    command: isFirst ? masterCommand : sshdCommand(),
    ...(!isFirst && { scriptCommand: masterCommand }),
    added: isFirst ? added : {},
  };
}
