import { CLUSTER_PORTS } from '../contract/ports.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { OptmlError } from '../errors/error.ts';
import type { LaunchDescription, Launcher, LaunchPlan } from './launcher.ts';
import { nodeRank } from './launcher-parameters.ts';
import { hasPythonModule } from './python-module.ts';
import { pythonScript } from './python-only.ts';
import { startAsPlanned } from './start-as-planned.ts';

/** PyTorch/XLA's launcher, once on each host (contract C66). */
export const pytorchXla: Launcher = {
  plan,
  run: async (description, context) => {
    const planned = plan(description);
    if (!(await hasPythonModule('torch_xla', description))) {
      throw new OptmlError(
        'LAUNCHER_MISSING',
        'the launcher needs the Python package torch_xla, which is not installed',
        {
          where: `${planned.command[0]}`,
          fix: 'Use an image of the SageMaker Training Compiler, or install torch_xla in yours.',
        },
      );
    }
    return startAsPlanned(planned, description, context, { programs: [], fix: '' });
  },
};

function plan(description: LaunchDescription): LaunchPlan {
  const { environment, userArguments } = description;
  const { gpus } = environment.accelerators;
  const { python, script } = pythonScript(description, 'PyTorch/XLA');
  if (gpus === 0) {
    throw new OptmlError(
      'LAUNCHER_UNSUPPORTED',
      'PyTorch/XLA is started on hosts with GPUs only, and this one has none',
      {
        where: 'hyperparameter sagemaker_pytorch_xla_multi_worker_enabled (C66)',
        fix: 'Choose an instance type with GPUs, or leave the parameter out.',
      },
    );
  }
  return {
    launcher: 'pytorch-xla',
    role: 'single',
    command: [python, '-m', 'torch_xla.distributed.xla_spawn', '--num_gpus', String(gpus), script, ...userArguments],
    added: clusterVariables(environment),
  };
}

function clusterVariables(environment: TrainingEnvironment): Readonly<Record<string, string>> {
  const { hosts, masterHost } = environment.distribution;
  const gpus = String(environment.accelerators.gpus);
  const workers = hosts.map((host, index) => `localservice:${index};${host}:${CLUSTER_PORTS.xlaWorker}`);
  return {
    XRT_HOST_ORDINAL: String(nodeRank(environment)),
    XRT_SHARD_WORLD_SIZE: String(hosts.length),
    XRT_WORKERS: workers.join('|'),
    GPU_NUM_DEVICES: gpus,
    ...(hosts.length > 1 && { XRT_MESH_SERVICE_ADDRESS: `${masterHost}:${CLUSTER_PORTS.xlaMesh}` }),
    OFI_NCCL_NIC_DUP_CONNS: gpus,
    NCCL_DEBUG: 'info',
    NCCL_PROTO: 'simple',
    FI_EFA_USE_DEVICE_RDMA: '1',
  };
}
