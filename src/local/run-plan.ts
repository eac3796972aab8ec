import type { EngineName } from '../engines/engine-names.ts';
import { hostVariables } from '../staging/host-variables.ts';
import { type Project, readProject } from '../staging/project.ts';
import { passedCredentials } from './passed-credentials.ts';
import type { RunContext } from './run-context.ts';

/** What does not change from one attempt of a job to the next. */
export interface RunPlan {
  /** A project folder that is run as it is. */
  readonly project: Project | undefined;
  readonly networkInterface: string;
  /** Variables of all hosts. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Plans the hosts of a job. @throws OptmlError IMAGE_UNAVAILABLE for a project folder that is not there. */
export async function planRun(engine: EngineName, context: RunContext): Promise<RunPlan> {
  const { request, image, options } = context;
  const isProcess = engine === 'process';
  const project = isProcess && image.kind === 'project' ? readProject(image.dir) : undefined;
  // Hosts of `process` have no network of their own.
  const networkInterface = isProcess ? 'lo' : 'eth0';
  const environment = hostVariables({
    request,
    variables: options.variables,
    networkInterface,
    projectVariables: project?.variables ?? {},
    credentials: options.passCredentials ? await passedCredentials(context) : {},
  });
  return { project, networkInterface, environment };
}
