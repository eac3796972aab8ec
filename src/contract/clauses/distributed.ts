import type { Clauses } from './clause.ts';

export const DISTRIBUTED: Clauses = {
  C60: {
    title: 'When a job is distributed',
    rule: [
      'One of seven hyperparameters, such as `sagemaker_mpi_enabled` or `sagemaker_torch_distributed_enabled`, turns it on; any non-empty text is true. The hosts of `sagemaker_distribution_instance_groups` take part, or those of the own group. The first of them, in the order of `instance_groups`, leads.',
    ],
    optml: '`train` follows the same rules. `optml train --dry-run` shows the role of a host.',
    pages: ['distributed.md'],
  },
  C61: {
    title: 'Processes per host',
    rule: [
      '`sagemaker_mpi_num_of_processes_per_host` sets the number for MPI, torchrun and smdistributed. Without it, there is one process for each GPU, else for each Neuron core, else one. With MPI, `sagemaker_mpi_num_processes` can set the number for all hosts together.',
    ],
    optml: '`train` counts in the same way. For ranks of `OPTML_LAUNCH` the first hyperparameter applies as well.',
    pages: ['distributed.md'],
  },
  C62: {
    title: 'MPI: who starts what',
    rule: [
      'The first host starts an SSH server, waits for those of the others, and runs `mpirun`. The others wait for `orted` and for a file that marks the end. As measured, hosts end 30 seconds after the last rank and about 150 seconds after a failure, the others with exit code 0, and no rank receives SIGTERM.',
    ],
    optml:
      'The `train` processes of the hosts are connected. They end within seconds, all with the real result, and each rank receives signals.',
    pages: ['distributed.md#mpi'],
  },
  C63: {
    title: 'MPI: the command line',
    rule: [
      'The toolkit runs `mpirun` with the hosts, one slot per process, options for TCP on the network interface, and `-x` for each variable that the ranks need. Python programs run through `mpi4py`. `sagemaker_mpi_custom_mpi_options` adds options.',
    ],
    optml:
      'The command of `train` has the same options where Open MPI 4 and 5 know them. Each rank gets the variables of its own host.',
    pages: ['distributed.md#mpi'],
  },
  C64: {
    title: 'EFA',
    rule: [
      'On instance types with EFA, such as `ml.p4d.24xlarge`, the toolkit sets `FI_PROVIDER=efa` and `NCCL_PROTO=simple`, and on some of them `FI_EFA_USE_DEVICE_RDMA=1`.',
    ],
    optml: '`train` sets them for the same types.',
  },
  C65: {
    title: 'torchrun',
    rule: [
      'Each host runs `torchrun` with the number of hosts and processes; with several hosts also with the address and port 7777 of the first host, and its own rank. Only Python scripts are supported.',
    ],
    optml: '`train` runs the same command. If `torchrun` is missing, the error is `LAUNCHER_MISSING`.',
    pages: ['distributed.md'],
  },
  C66: {
    title: 'PyTorch/XLA',
    rule: [
      'Each host runs `python -m torch_xla.distributed.xla_spawn` with the number of GPUs, and variables that describe the other hosts. It needs GPUs, a Python script and the package `torch_xla`.',
    ],
    optml: '`train` runs the same command, and reports what is missing before the start.',
    pages: ['distributed.md'],
  },
  C67: {
    title: 'Ranks in the log',
    rule: [
      'Lines of MPI ranks begin with `[1,mpirank:RANK,algo-N]<stdout>` or `<stderr>`. The toolkit computes the host from the number of the rank, and only where it reads the output.',
    ],
    optml: '`train` always writes this form, with the name of the real host.',
    pages: ['distributed.md#mpi'],
  },
  C68: {
    title: 'Choice of the launcher',
    rule: [
      'The plain toolkit supports MPI only. The toolkits of PyTorch and TensorFlow take the first true hyperparameter: MPI, smdistributed, torchrun, smdistributed data parallel, PyTorch/XLA; else one plain process. The PyTorch toolkit sets `MASTER_ADDR`, `MASTER_PORT` and `NCCL_SOCKET_IFNAME` for every job.',
    ],
    optml:
      '`train` supports all of them in this order, then those of TensorFlow, then `OPTML_LAUNCH`. It sets the three variables in jobs with several hosts or a launcher, unless they are set.',
    pages: ['distributed.md'],
  },
  C69: {
    title: 'TF_CONFIG',
    rule: [
      'The TensorFlow toolkit describes the cluster in `TF_CONFIG`: workers at port 8890 for the multi-worker strategy, or a first host, parameter servers and workers at ports 2222 and 2223. With parameter servers, each host runs one beside the script.',
    ],
    optml: '`train` sets the same variable and starts the parameter servers.',
    pages: ['distributed.md#tensorflow'],
  },
  C70: {
    title: 'smdistributed',
    rule: [
      "SageMaker's data-parallel library is started by `mpirun` with options and variables of its own, such as `SMDATAPARALLEL_SERVER_ADDR`, and by `smddprun` if the image has it.",
    ],
    optml: "`train` runs the same command. The library itself is part of AWS's images only.",
    pages: ['distributed.md'],
  },
};
