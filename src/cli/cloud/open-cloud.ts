import { resolve } from 'node:path';
import { VARIABLES } from '../../contract/variables.ts';
import type { CloudPlatform } from '../../estimator/cloud/cloud-platform.ts';
import type { FoundDefaults } from '../../estimator/configuration/defaults.ts';
import { findDefaults } from '../../estimator/configuration/find-defaults.ts';
import { printMessage } from '../../log/print.ts';

type Variables = Readonly<NodeJS.ProcessEnv>;

/** SageMaker as the environment and the defaults of a project say. */
export interface OpenedCloud {
  readonly platform: CloudPlatform;
  /** The environment, with the region of the platform: for other services of AWS. */
  readonly variables: Variables;
}

/** Opens SageMaker, or what answers at the configured endpoint. `warn` receives what happens beside the job. */
export async function openCloud(
  variables: Variables,
  { defaults }: FoundDefaults,
  warn: (message: string) => void = (message) => printMessage(`Warning: ${message}`),
): Promise<OpenedCloud> {
  const { openCloudPlatform } = await import('#estimator/cloud/open-cloud-platform');
  const isRegionSet = Boolean(variables[VARIABLES.region] || variables['AWS_DEFAULT_REGION']);
  const platform = openCloudPlatform({
    variables,
    region: isRegionSet ? undefined : defaults.region,
    log: { warn, debug: () => undefined },
  });
  return { platform, variables: { ...variables, [VARIABLES.region]: platform.region } };
}

/** The same for a command that names a job only: defaults count from the working directory. */
export async function openCloudHere(variables: Variables): Promise<OpenedCloud> {
  const here = resolve('.');
  return openCloud(variables, await findDefaults({ variables, baseDir: here, workDir: here }));
}

/** Calls `action` with SageMaker, and closes its connections afterwards. */
export async function withCloud<Result>(
  variables: Variables,
  action: (cloud: OpenedCloud) => Promise<Result>,
): Promise<Result> {
  const cloud = await openCloudHere(variables);
  try {
    return await action(cloud);
  } finally {
    cloud.platform.close();
  }
}
