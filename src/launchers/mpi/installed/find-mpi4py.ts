import { spawn } from 'node:child_process';
import type { LaunchDescription } from '../../launcher.ts';

// Loads the MPI library without starting it. A library that cannot be loaded is the error of the ranks.
const CODE = `import importlib.util, sys
if importlib.util.find_spec("mpi4py") is None:
    sys.exit(3)
try:
    import mpi4py
    mpi4py.rc.initialize = False
    from mpi4py import MPI
    print(MPI.get_vendor()[0])
except Exception:
    pass
`;
const MISSING = 3;

/** The mpi4py of the program's Python. */
export interface Mpi4py {
  readonly isInstalled: boolean;
  /** Its MPI library, such as `Open MPI` or `MPICH`, if that is known. */
  readonly library?: string | undefined;
}

/** Asks the program's Python for mpi4py and its MPI library. */
export function findMpi4py({ command, cwd, variables }: LaunchDescription): Promise<Mpi4py> {
  return new Promise((resolve) => {
    const child = spawn(command[0], ['-c', CODE], { cwd, env: variables, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.once('error', () => resolve({ isInstalled: false }));
    child.once('close', (exitCode) =>
      resolve({ isInstalled: exitCode !== MISSING, library: output.trim() || undefined }),
    );
  });
}
