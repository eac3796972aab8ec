import { DEFAULT_BASE_DIR, RELATIVE_PATHS as PATHS, WARM_POOL_CACHE } from '../contract/paths.ts';
import { TOOLKIT_HYPERPARAMETERS } from '../contract/toolkit-hyperparameters.ts';
import { VARIABLES } from '../contract/variables.ts';
import type { JobFolder } from '../job-tree/job-folder.ts';
import { ensureBelow, openBelow } from '../job-tree/open-below.ts';
import { removeEntry } from '../job-tree/remove-tree.ts';
import { writeFileBelow } from '../job-tree/text-files.ts';
import { jobArn } from '../jobs/describe/job-arn.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import type { PlannedHost } from './host-plan.ts';
import type { TensorBoardPlace } from './tensorboard-path.ts';

/** What the configuration files of one host are made of. */
export interface HostFiles {
  /** The host's `/opt/ml`. */
  readonly ml: JobFolder;
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
  /** Where the host writes its TensorBoard logs; undefined for a job without any. */
  readonly tensorBoard: TensorBoardPlace | undefined;
  /** Where the host finds its code. */
  readonly codePath: string;
}

/**
 * Makes a host's folders and its configuration files, as the platform does before a container starts (contract C9–C12). The
 * folder of the configuration is made again: what an earlier attempt has put there is not written to.
 */
export async function writeHostFiles(files: HostFiles): Promise<void> {
  const { ml, request, checkpointPath, tensorBoard } = files;
  for (const dir of [PATHS.inputDir, PATHS.inputDataDir, PATHS.modelDir, PATHS.outputDataDir])
    ensureBelow(ml, dir).close();
  if (isWarmPool(request)) ensureBelow(ml, WARM_POOL_CACHE).close();
  if (tensorBoard?.dir !== undefined) ensureBelow(ml, tensorBoard.dir).close();
  const input = openBelow(ml, PATHS.inputDir);
  await removeEntry(input, CONFIG).finally(() => input.close());
  const write = (file: string, content: unknown) => writeFileBelow(ml, file, JSON.stringify(content));
  write(PATHS.hyperparametersFile, withCodePath(request.HyperParameters ?? {}, files.codePath));
  write(PATHS.inputDataConfigFile, files.inputDataConfig);
  write(PATHS.resourceConfigFile, resourceConfig(files));
  if (checkpointPath !== undefined) write(PATHS.checkpointConfigFile, { LocalPath: checkpointPath });
  if (tensorBoard !== undefined) {
    const { localPath: LocalPath, location: S3OutputPath } = tensorBoard;
    write(PATHS.tensorBoardConfigFile, { S3OutputPath, LocalPath });
  }
}

// The host has the copy of a source on this machine, not the source: as with local code in the SDK's local mode.
function withCodePath(
  parameters: Readonly<Record<string, string>>,
  codePath: string,
): Readonly<Record<string, string>> {
  const source = TOOLKIT_HYPERPARAMETERS.submitDirectory;
  return parameters[source]?.startsWith('/') ? { ...parameters, [source]: codePath } : parameters;
}

const CONFIG = PATHS.inputConfigDir.slice(PATHS.inputDir.length + 1);

// Sorted as text, but not within a group (contract C12).
export function resourceConfig({
  host,
  hosts,
  networkInterface,
}: Pick<HostFiles, 'host' | 'hosts' | 'networkInterface'>): unknown {
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

/** Variables that the platform sets for every host (contract section 4), in addition to those of the request. */
export function platformVariables(request: TrainingJobRequest, region: string, networkInterface: string) {
  const name = request.TrainingJobName;
  return {
    [VARIABLES.jobName]: name,
    [VARIABLES.jobArn]: jobArn(name, region),
    [VARIABLES.region]: region,
    [VARIABLES.networkInterface]: networkInterface,
    ...(isWarmPool(request) && { [VARIABLES.warmPoolCache]: `${DEFAULT_BASE_DIR}/${WARM_POOL_CACHE}` }),
  };
}

function isWarmPool({ ResourceConfig: resources }: TrainingJobRequest): boolean {
  return (resources?.KeepAlivePeriodInSeconds ?? 0) > 0;
}
