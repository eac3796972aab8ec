import { mkdirSync, writeFileSync } from 'node:fs';
import { jobPaths } from '../contract/paths.ts';
import { VARIABLES } from '../contract/variables.ts';
import { jobArn } from '../jobs/describe/job-arn.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import type { PlannedHost } from './host-plan.ts';

/** What the configuration files of one host are made of. */
export interface HostFiles {
  readonly mlDir: string;
  readonly host: PlannedHost;
  /** All hosts of the job, in the order of their numbers. */
  readonly hosts: readonly PlannedHost[];
  readonly request: TrainingJobRequest;
  /** Content of `inputdataconfig.json` (contract C11). */
  readonly inputDataConfig: Readonly<Record<string, unknown>>;
  /** The interface by which the hosts reach one another. */
  readonly networkInterface: string;
  /** Where the host finds its checkpoints; undefined for a job without any. */
  readonly checkpointPath: string | undefined;
}

/** Makes a host's folders and its configuration files, as the platform does before a container starts (contract C9–C12). */
export function writeHostFiles(files: HostFiles): void {
  const { mlDir, request, checkpointPath } = files;
  const paths = jobPaths(mlDir);
  for (const dir of [paths.inputConfigDir, paths.inputDataDir, paths.modelDir, paths.outputDataDir]) {
    mkdirSync(dir, { recursive: true, mode: 0o755 });
  }
  const write = (file: string, content: unknown) => writeFileSync(file, JSON.stringify(content));
  write(paths.hyperparametersFile, request.HyperParameters ?? {});
  write(paths.inputDataConfigFile, files.inputDataConfig);
  write(paths.resourceConfigFile, resourceConfig(files));
  if (checkpointPath !== undefined) write(paths.checkpointConfigFile, { LocalPath: checkpointPath });
}

// Sorted as text, but not within a group (contract C12).
export function resourceConfig({ host, hosts, networkInterface }: HostFiles): unknown {
  const groups = [...new Set(hosts.map(({ group }) => group))];
  return {
    current_host: host.name,
    current_instance_type: host.instanceType,
    current_group_name: host.group,
    hosts: hosts.map(({ name }) => name).sort(),
    instance_groups: groups.map((group) => {
      const members = hosts.filter((member) => member.group === group);
      return {
        instance_group_name: group,
        instance_type: members[0]?.instanceType,
        hosts: members.map(({ name }) => name),
      };
    }),
    network_interface_name: networkInterface,
  };
}

/** Variables that the platform sets for every host (contract section 4), besides those of the request. */
export function platformVariables(request: TrainingJobRequest, region: string, networkInterface: string) {
  const name = request.TrainingJobName;
  return {
    [VARIABLES.jobName]: name,
    [VARIABLES.jobArn]: jobArn(name, region),
    [VARIABLES.region]: region,
    [VARIABLES.networkInterface]: networkInterface,
  };
}
