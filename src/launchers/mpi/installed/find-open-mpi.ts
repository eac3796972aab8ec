import { execFile } from 'node:child_process';
import { OptmlError } from '../../../errors/error.ts';
import { OPEN_MPI_FIX } from './mpi-packages.ts';

/** The major version of Open MPI; undefined if `mpirun` does not print one. */
export type OpenMpiMajor = number | undefined;

// It prints its version within 10 ms.
const LIMIT_MS = 10_000;

// MPICH, MVAPICH and Intel MPI start ranks by Hydra, which has other options.
const OTHERS: ReadonlyArray<readonly [name: string, version: RegExp]> = [
  ['Intel MPI', /^Intel\(R\) MPI Library/m],
  ['MPICH', /^(?:HYDRA build details:|mpich)/im],
];

/**
 * The major version of the Open MPI on `PATH` of `variables`.
 *
 * @throws OptmlError LAUNCHER_MISSING if `mpirun` belongs to another MPI, whose options differ from those of contract C63.
 */
export async function findOpenMpi(mpirun: string, variables: Readonly<NodeJS.ProcessEnv>): Promise<OpenMpiMajor> {
  const text = await versionText(mpirun, variables);
  const [other] = OTHERS.find(([, version]) => version.test(text)) ?? [];
  if (other !== undefined) {
    throw new OptmlError('LAUNCHER_MISSING', `MPI jobs need Open MPI, and mpirun on PATH belongs to ${other}`, {
      where: mpirun,
      fix: `${OPEN_MPI_FIX} If both are installed, put the mpirun of Open MPI first on PATH (Debian: update-alternatives --config mpirun).`,
    });
  }
  const [, major] = /\(Open MPI\) (\d+)\./.exec(text) ?? [];
  return major === undefined ? undefined : Number(major);
}

function versionText(file: string, env: Readonly<NodeJS.ProcessEnv>): Promise<string> {
  return new Promise((resolve) => {
    // An mpirun that prints no version may still start ranks: the job finds out.
    execFile(file, ['--version'], { env, timeout: LIMIT_MS, killSignal: 'SIGKILL' }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}
