import type { TestContext } from 'node:test';
import { type JobContainer, makeNetwork, makeSharedJob, startJob } from '../../container/support/engine.ts';
import { IMAGES } from '../../container/support/images.ts';
import type { JobSpec } from '../../support/job.ts';

// For a trial of what has just been built, in an image that is older.
const DIST = process.env['OPTML_TEST_DIST'];

/** An MPI job on several hosts, each a container of its own. */
export interface MpiJob {
  readonly program: string;
  readonly code: string;
  readonly hosts?: number;
  /** Only those are started. */
  readonly started?: readonly number[];
  readonly image?: string;
  readonly hyperparameters?: Readonly<Record<string, string>>;
  /** Options of `docker run` for each host. */
  readonly options?: (index: number) => readonly string[];
  readonly files?: JobSpec['files'];
}

/** The hosts, in their order, and the network that they are on. */
export interface MpiHosts {
  readonly network: string;
  readonly hosts: readonly JobContainer[];
}

/** Starts the hosts, `algo-1` and so on, two ranks on each by default. Removed after the test. */
export async function startMpi(t: TestContext, job: MpiJob): Promise<MpiHosts> {
  const network = await makeNetwork(t);
  const names = Array.from({ length: job.hosts ?? 2 }, (_, index) => `algo-${index + 1}`);
  const hosts = names.flatMap((name, index) => {
    if (job.started?.includes(index) === false) return [];
    const base = makeSharedJob(t, {
      program: job.program,
      files: { [`code/${job.program}`]: job.code, ...job.files },
      hyperparameters: {
        sagemaker_mpi_enabled: 'true',
        sagemaker_mpi_num_of_processes_per_host: '2',
        ...job.hyperparameters,
      },
      resourceConfig: { current_host: name, hosts: names, network_interface_name: 'eth0' },
    });
    const dist = DIST === undefined ? [] : ['-v', `${DIST}:/usr/local/lib/node_modules/optml/dist:ro`];
    const options = ['--network', network, '--network-alias', name, '--hostname', `ip-10-0-0-${index + 1}`, ...dist];
    const container = startJob(t, {
      image: job.image ?? IMAGES.mpi,
      base,
      options: [...options, '-e', 'OPTML_HOST_WAIT_SECONDS=60', ...(job.options?.(index) ?? [])],
    });
    return [container];
  });
  return { network, hosts };
}
