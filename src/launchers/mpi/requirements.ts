import { existsSync } from 'node:fs';
import type { TrainingEnvironment } from '../../environment/training-environment.ts';
import { OptmlError } from '../../errors/error.ts';
import type { LaunchDescription } from '../launcher.ts';
import { requireProgram } from '../start-as-planned.ts';
import { SSHD } from './sshd-command.ts';

const PACKAGES =
  'RUN apt-get update && apt-get install -y --no-install-recommends openmpi-bin openssh-client openssh-server.';

/**
 * Checks that the image has what this host of an MPI job needs: `mpirun` and `ssh` on the first, an SSH server on the others.
 *
 * @throws OptmlError LAUNCHER_MISSING.
 */
export function requirePrograms({ environment, variables }: LaunchDescription): void {
  const fix = `Use the image optml:mpi, or install Open MPI in yours: ${PACKAGES}`;
  if (!isMaster(environment)) {
    requireSshd();
    return;
  }
  requireProgram('mpirun', variables, fix);
  if (environment.distribution.hosts.length > 1) requireProgram('ssh', variables, fix);
}

/** Whether this host is the first of the distribution, which runs `mpirun`. */
export function isMaster({ resources, distribution }: TrainingEnvironment): boolean {
  return resources.currentHost === distribution.masterHost;
}

function requireSshd(): void {
  if (existsSync(SSHD)) return;
  throw new OptmlError(
    'LAUNCHER_MISSING',
    `MPI on several hosts needs an SSH server on each, and there is no ${SSHD}`,
    { where: SSHD, fix: `Use the image optml:mpi, or install it: ${PACKAGES}` },
  );
}
