import { findPython } from '../../entry-point/python-program.ts';
import type { Command } from '../../process/supervise.ts';
import type { LaunchDescription, Launcher, LaunchPlan } from '../launcher.ts';
import { nodeRank } from '../launcher-parameters.ts';
import { commandOf, plainProcess } from '../plain-process.ts';
import { runRanks } from '../ranks/run-ranks.ts';
import { parameterServerCluster, tensorflowConfig } from './tf-config.ts';

// The cluster from TF_CONFIG, this host's task as argument. The server leaves GPUs to the script.
const SERVER_PROGRAM = `import json, os, sys
import tensorflow as tf
tf.distribute.Server(
    tf.train.ClusterSpec(json.loads(os.environ["TF_CONFIG"])["cluster"]),
    job_name="ps",
    task_index=int(sys.argv[1]),
    config=tf.compat.v1.ConfigProto(device_count={"GPU": 0}),
).join()`;

/**
 * The script with `TF_CONFIG`, and a parameter server beside it (contract C69), which ends with the job: when the scripts
 * of all hosts have ended. On a single host there is nothing to distribute: the plain process.
 */
export const parameterServer: Launcher = {
  plan,
  run: (description, context) => {
    if (!isCluster(description)) return plainProcess.run(description, context);
    const { environment } = description;
    const { hosts } = environment.distribution;
    const { added } = plan(description);
    const here = { ...description, variables: { ...description.variables, ...added } };
    const host = hosts[nodeRank(environment)];
    return runRanks(
      {
        environment,
        count: 1,
        mayDiffer: false,
        maxRestarts: 0,
        rankAt: () => ({ who: `the script on ${host}`, command: commandOf(here) }),
        beside: { who: `the parameter server on ${host}`, command: serverCommand(here) },
      },
      context,
    );
  },
};

function isCluster({ environment }: LaunchDescription): boolean {
  return environment.distribution.hosts.length > 1;
}

function plan(description: LaunchDescription): LaunchPlan {
  const { distribution, resources } = description.environment;
  const planned = plainProcess.plan(description);
  if (!isCluster(description)) return planned;
  const cluster = parameterServerCluster(distribution.hosts, resources.currentHost);
  return { ...planned, added: { TF_CONFIG: tensorflowConfig(cluster) } };
}

function serverCommand({ environment, cwd, variables }: LaunchDescription): Command {
  const file = findPython(variables, 'the parameter server');
  return { file, args: ['-c', SERVER_PROGRAM, String(nodeRank(environment))], cwd, variables };
}
