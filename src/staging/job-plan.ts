import { RESOURCE_DEFAULTS } from '../contract/hosts.ts';
import type { EngineName } from '../engines/engine-names.ts';
import { hostVariables } from './host-variables.ts';
import { type Project, readProject } from './project.ts';
import type { StagedJob } from './staged-job.ts';

/** What does not change from one attempt of a job to the next. */
export interface JobPlan {
  /** A project folder that is run as it is. */
  readonly project: Project | undefined;
  readonly networkInterface: string;
  /** Variables of all hosts. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Plans the hosts of a job. `credentials`: AWS credentials for the hosts, as variables.
 *
 * @throws OptmlError IMAGE_UNAVAILABLE for a project folder that is not there.
 */
export function planJob(
  engine: EngineName,
  { request, image, variables }: Pick<StagedJob, 'request' | 'image' | 'variables'>,
  credentials: Readonly<Record<string, string>>,
): JobPlan {
  const isProcess = engine === 'process';
  const project = isProcess && image.kind === 'project' ? readProject(image.dir) : undefined;
  // Hosts of `process` have no network of their own.
  const networkInterface = isProcess ? 'lo' : RESOURCE_DEFAULTS.networkInterface;
  const projectVariables = project?.variables ?? {};
  const environment = hostVariables({ request, variables, networkInterface, projectVariables, credentials });
  return { project, networkInterface, environment };
}
