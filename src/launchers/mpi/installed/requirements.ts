import { existsSync } from 'node:fs';
import type { TrainingEnvironment } from '../../../environment/training-environment.ts';
import { OptmlError } from '../../../errors/error.ts';
import type { LaunchDescription } from '../../launcher.ts';
import { requireProgram } from '../../start-as-planned.ts';
import { SSHD } from '../ssh/sshd-command.ts';
import { findOpenMpi, type OpenMpiMajor } from './find-open-mpi.ts';
import { OPEN_MPI_FIX, PACKAGES } from './mpi-packages.ts';

/**
 * Checks that the image has what this host of an MPI job needs: Open MPI and `ssh` on the first, an SSH server on the others.
 * Resolves with the version of Open MPI, on the first host.
 *
 * @throws OptmlError LAUNCHER_MISSING.
 */
export async function requirePrograms({ environment, variables }: LaunchDescription): Promise<OpenMpiMajor> {
  if (!isMaster(environment)) return requireSshd();
  const mpirun = requireProgram('mpirun', variables, OPEN_MPI_FIX);
  if (environment.distribution.hosts.length > 1) requireProgram('ssh', variables, OPEN_MPI_FIX);
  return findOpenMpi(mpirun, variables);
}

/** Whether this host is the first of the distribution, which runs `mpirun`. */
export function isMaster({ resources, distribution }: TrainingEnvironment): boolean {
  return resources.currentHost === distribution.masterHost;
}

function requireSshd(): undefined {
  if (existsSync(SSHD)) return undefined;
  throw new OptmlError(
    'LAUNCHER_MISSING',
    `MPI on several hosts needs an SSH server on each, and there is no ${SSHD}`,
    { where: SSHD, fix: `Use the image optml:mpi, or install it: ${PACKAGES}` },
  );
}
