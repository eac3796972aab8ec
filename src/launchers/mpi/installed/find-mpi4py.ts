import { NOT_FOUND, runHelper } from '../../../process/helper/helper-program.ts';
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
// The library is loaded from a file system that may be slow.
const LIMIT_MS = 120_000;
const MOST_BYTES = 10_000;

/** The mpi4py of the program's Python. */
export interface Mpi4py {
  readonly isInstalled: boolean;
  /** Its MPI library, such as `Open MPI` or `MPICH`, if that is known. */
  readonly library?: string | undefined;
}

/** Asks the program's Python for mpi4py and its MPI library. */
export async function findMpi4py({ command, cwd, variables }: LaunchDescription): Promise<Mpi4py> {
  const limits = { limitMs: LIMIT_MS, mostBytes: MOST_BYTES };
  const { code, stdout } = await runHelper({ file: command[0], args: ['-c', CODE], cwd, variables }, limits);
  return { isInstalled: code !== MISSING && code !== NOT_FOUND, library: stdout.trim() || undefined };
}
