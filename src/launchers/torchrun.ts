import { EFA_RDMA_TYPES, EFA_TYPES } from '../contract/launchers.ts';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import type { LaunchDescription, Launcher, LaunchPlan } from './launcher.ts';
import { instanceTypeText, interfaceName, nodeRank, processesPerHost } from './launcher-parameters.ts';
import { pythonScript } from './python-only.ts';
import { startAsPlanned } from './start-as-planned.ts';
import { redirectedErrors } from './torchrun-errors.ts';

const COMPILER = 'neuron_parallel_compile';

/** PyTorch's own launcher, once on each host (contract C65). */
export const torchrun: Launcher = {
  plan,
  run: async (description, context) => {
    const { variables, read } = redirectedErrors(description.variables);
    const found = plan(description);
    const planned = { ...found, added: { ...found.added, ...variables } };
    const programs = isCompiling(description) ? [COMPILER, 'torchrun'] : ['torchrun'];
    const fix =
      'Install PyTorch in the image, or list torch in requirements.txt (neuron_parallel_compile is part of torch-neuronx).';
    const end = await startAsPlanned(planned, description, context, { programs, fix });
    if (end.exitCode === 0) return end;
    const { environment } = description;
    return { ...end, errorOutput: `${end.errorOutput}${read(nodeRank(environment) * processesPerHost(environment))}` };
  },
};

function plan(description: LaunchDescription): LaunchPlan {
  const { environment, userArguments } = description;
  const { hosts, masterHost } = environment.distribution;
  const { script } = pythonScript(description, 'torchrun');
  const rendezvous =
    hosts.length > 1
      ? ['--master_addr', masterHost, '--master_port', String(environment.settings.masterPort)].concat([
          '--node_rank',
          String(nodeRank(environment)),
        ])
      : [];
  const nodes = ['--nnodes', String(hosts.length), '--nproc_per_node', String(processesPerHost(environment))];
  const command = ['torchrun', ...nodes, ...rendezvous, script, ...userArguments] as const;
  return {
    launcher: 'torchrun',
    role: 'single',
    command: isCompiling(description) ? [COMPILER, ...command] : command,
    added: networkVariables(environment),
  };
}

function isCompiling({ variables }: LaunchDescription): boolean {
  return variables['RUN_NEURON_PARALLEL_COMPILE'] === '1';
}

function networkVariables(environment: TrainingEnvironment): Readonly<Record<string, string>> {
  const type = instanceTypeText(environment);
  return {
    NCCL_SOCKET_IFNAME: interfaceName(environment),
    NCCL_PROTO: 'simple',
    ...(EFA_TYPES.includes(type) && { FI_PROVIDER: 'efa' }),
    ...(EFA_RDMA_TYPES.includes(type) && { FI_EFA_USE_DEVICE_RDMA: '1', RDMAV_FORK_SAFE: '1' }),
  };
}
