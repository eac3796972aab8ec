import { CLUSTER_PORTS } from '../../contract/ports.ts';

/** Who listens where, by role, as TensorFlow reads it. */
export interface TensorflowCluster {
  readonly cluster: Readonly<Record<string, readonly string[]>>;
  readonly environment: 'cloud';
  readonly task: { readonly index: number; readonly type: string };
}

/** The cluster of `MultiWorkerMirroredStrategy` (contract C69): every host is a worker. */
export function multiWorkerCluster(hosts: readonly string[], currentHost: string): TensorflowCluster {
  return {
    cluster: { worker: at(hosts, CLUSTER_PORTS.multiWorker) },
    environment: 'cloud',
    task: { index: hosts.indexOf(currentHost), type: 'worker' },
  };
}

/** The cluster with parameter servers (C69): one on every host; the first host's script is the master, the others work. */
export function parameterServerCluster(hosts: readonly string[], currentHost: string): TensorflowCluster {
  const [master, ...workers] = hosts;
  const port = CLUSTER_PORTS.parameterServerWorker;
  const index = workers.indexOf(currentHost);
  return {
    cluster: {
      master: at(master === undefined ? [] : [master], port),
      ps: at(hosts, CLUSTER_PORTS.parameterServer),
      ...(workers.length > 0 && { worker: at(workers, port) }),
    },
    environment: 'cloud',
    task: index < 0 ? { index: 0, type: 'master' } : { index, type: 'worker' },
  };
}

function at(hosts: readonly string[], port: number): readonly string[] {
  return hosts.map((host) => `${host}:${port}`);
}

/** `TF_CONFIG` as Python's `json.dumps` writes it: a space after each comma and colon. Host names hold neither. */
export function tensorflowConfig({ cluster, environment, task }: TensorflowCluster): string {
  const roles = Object.entries(cluster).map(
    ([role, addresses]) => `"${role}": [${addresses.map((address) => JSON.stringify(address)).join(', ')}]`,
  );
  return `{"cluster": {${roles.join(', ')}}, "environment": "${environment}", "task": {"index": ${task.index}, "type": "${task.type}"}}`;
}
