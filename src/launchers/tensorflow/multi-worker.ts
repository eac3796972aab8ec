import type { LaunchDescription, Launcher, LaunchPlan } from '../launcher.ts';
import { plainProcess } from '../plain-process.ts';
import { startAsPlanned } from '../start-as-planned.ts';
import { multiWorkerCluster, tensorflowConfig } from './tf-config.ts';

/** A plain process with `TF_CONFIG` for TensorFlow's multi-worker strategy (contract C69). */
export const multiWorker: Launcher = {
  plan,
  run: async (description, context) => {
    const end = await startAsPlanned(plan(description), description, context, { programs: [], fix: '' });
    const { distribution, resources } = description.environment;
    const { hosts } = distribution;
    if (end.exitCode === 0 || hosts.length === 1 || context.stop.signal !== undefined) return end;
    return { ...end, note: `worker ${hosts.indexOf(resources.currentHost)} on ${resources.currentHost} failed` };
  },
};

function plan(description: LaunchDescription): LaunchPlan {
  const { distribution, resources } = description.environment;
  const cluster = multiWorkerCluster(distribution.hosts, resources.currentHost);
  return { ...plainProcess.plan(description), added: { TF_CONFIG: tensorflowConfig(cluster) } };
}
