import { runRank } from '../launchers/mpi/rank-program.ts';

/** The command `optml mpi-rank`, which `mpirun` starts for each rank of a job. Not for people. Returns the exit code. */
export function mpiRankCommand(args: readonly string[], variables: Readonly<NodeJS.ProcessEnv>): Promise<number> {
  return runRank(args, variables);
}
