/** What starts the training program (contract C68). */
export type LauncherName =
  | 'process'
  | 'mpi'
  | 'smdistributed'
  | 'torchrun'
  | 'pytorch-xla'
  | 'parameter-server'
  | 'multi-worker'
  | 'ranks';

/**
 * Framework parameters that choose a launcher, in the order in which they are looked at (C68; the last two are C69).
 *
 * @example
 * ```ts
 * import { LAUNCHER_SWITCHES } from 'optml/contract';
 *
 * const [parameter, launcher] = LAUNCHER_SWITCHES[0];
 * console.log(`${parameter} chooses ${launcher}`);
 * ```
 */
export const LAUNCHER_SWITCHES = [
  ['sagemaker_mpi_enabled', 'mpi'],
  ['sagemaker_pytorch_ddp_enabled', 'smdistributed'],
  ['sagemaker_torch_distributed_enabled', 'torchrun'],
  ['sagemaker_distributed_dataparallel_enabled', 'smdistributed'],
  ['sagemaker_pytorch_xla_multi_worker_enabled', 'pytorch-xla'],
  ['sagemaker_parameter_server_enabled', 'parameter-server'],
  ['sagemaker_multi_worker_mirrored_strategy_enabled', 'multi-worker'],
] as const satisfies ReadonlyArray<readonly [string, LauncherName]>;

/** Framework parameters for the count of processes and further options (C61, C63, C70). */
export const LAUNCHER_PARAMETERS = {
  processesPerHost: 'sagemaker_mpi_num_of_processes_per_host',
  processes: 'sagemaker_mpi_num_processes',
  mpiOptions: 'sagemaker_mpi_custom_mpi_options',
  dataParallelOptions: 'sagemaker_distributed_dataparallel_custom_mpi_options',
  instanceType: 'sagemaker_instance_type',
} as const;

/** Instance types with EFA, for which NCCL uses its simple protocol (C64). */
export const EFA_TYPES: readonly string[] = [
  'ml.g4dn.8xlarge',
  'ml.g4dn.12xlarge',
  'ml.g5.48xlarge',
  'ml.p3dn.24xlarge',
  'ml.p4d.24xlarge',
  'ml.p4de.24xlarge',
  'ml.p5.48xlarge',
  'ml.trn1.32xlarge',
  'ml.p6e-gb200.36xlarge',
];

/** Instance types with EFA and RDMA (C64). */
export const EFA_RDMA_TYPES: readonly string[] = [
  'ml.p4d.24xlarge',
  'ml.p4de.24xlarge',
  'ml.trn1.32xlarge',
  'ml.p6e-gb200.36xlarge',
];

/** Variables with credentials, which `mpirun` passes on where they are set (C63). */
export const CREDENTIAL_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;
