/**
 * The key pair that the engine `process` makes for an MPI job of several hosts: the variable with its folder, and the names
 * of its files. With it, `mpirun` and the SSH servers of the hosts use no key and no configuration of the machine.
 */
export const MPI_KEYS = {
  dirVariable: 'OPTML_MPI_KEYS_DIR',
  privateKey: 'key',
  publicKey: 'key.pub',
} as const;
