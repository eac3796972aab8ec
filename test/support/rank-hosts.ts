import { randomInt } from 'node:crypto';
import type { TestContext } from 'node:test';
import { type JobSpec, makeJob, type RunningJob, startTrain } from './job.ts';

/** Hosts of one job, each a `train` of its own on a loopback address of its own. */
export interface HostsSpec {
  readonly program: string;
  readonly code: string;
  readonly hosts?: number;
  readonly hyperparameters?: Readonly<Record<string, string>>;
  readonly variables?: NodeJS.ProcessEnv;
  /** Variables of one host by its index. */
  readonly variablesOf?: (index: number) => NodeJS.ProcessEnv;
  /** Only those are started. */
  readonly started?: readonly number[];
  readonly files?: JobSpec['files'];
  /** Members of the resource configuration that are added; `hosts` are the addresses. */
  readonly resources?: (hosts: readonly string[], index: number) => object;
}

/** Addresses and a port that no other test has at the same time. */
export function hostAddresses(count: number): { readonly hosts: readonly string[]; readonly port: number } {
  const net = `127.${randomInt(20, 250)}.${randomInt(1, 250)}`;
  return { hosts: Array.from({ length: count }, (_, index) => `${net}.${index + 1}`), port: randomInt(10_000, 30_000) };
}

/** Starts the hosts; they are killed after the test. Two ranks on each of two hosts by default. */
export function startHosts(t: TestContext, spec: HostsSpec): readonly RunningJob[] {
  const { hosts, port } = hostAddresses(spec.hosts ?? 2);
  return hosts.flatMap((host, index) => {
    if (spec.started?.includes(index) === false) return [];
    const base = makeJob(t, {
      program: spec.program,
      files: { [`code/${spec.program}`]: spec.code, ...spec.files },
      hyperparameters: {
        optml_launch: 'true',
        optml_master_port: String(port),
        sagemaker_mpi_num_of_processes_per_host: '2',
        ...spec.hyperparameters,
      },
      resourceConfig: { current_host: host, hosts, ...spec.resources?.(hosts, index) },
    });
    return [startTrain(t, base, { ...spec.variables, ...spec.variablesOf?.(index) })];
  });
}

/** The ends of all hosts. */
export function endsOf(hosts: readonly RunningJob[]) {
  return Promise.all(hosts.map(({ ended }) => ended));
}
