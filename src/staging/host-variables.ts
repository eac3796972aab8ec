import { VARIABLES } from '../contract/variables.ts';
import { requestRegion } from '../environment/region.ts';
import type { TrainingJobRequest } from '../request/request.ts';
import { platformVariables } from './host-files.ts';

/** What the variables of a job's hosts are made of. */
export interface HostVariables {
  readonly request: TrainingJobRequest;
  /** The user's own environment. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly networkInterface: string;
  /** AWS credentials for the hosts, as variables; none unasked. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Those that an image, or a project's Dockerfile, would set, on an engine that runs no image. */
  readonly projectVariables: Readonly<Record<string, string>>;
}

/** The variables of a job's hosts: the project's, the platform's own, those for AWS, and the request's, which win. */
export function hostVariables(given: HostVariables): Readonly<Record<string, string>> {
  const { request, variables, networkInterface, projectVariables } = given;
  return {
    ...projectVariables,
    ...platformVariables(request, jobRegion(request, variables), networkInterface),
    ...awsVariables(given),
    ...request.Environment,
  };
}

/** The region of a job: `AWS_REGION` as its hosts get it. */
export function jobRegion({ Environment }: TrainingJobRequest, variables: Readonly<NodeJS.ProcessEnv>): string {
  return Environment?.[VARIABLES.region] || requestRegion(variables);
}

// Nothing under network isolation (contract C7).
function awsVariables({ request, variables, credentials }: HostVariables): Record<string, string> {
  if (request.EnableNetworkIsolation === true) return {};
  const endpoint = variables[VARIABLES.endpoint];
  const ofS3 = variables[VARIABLES.s3Endpoint] || variables[VARIABLES.sagemakerS3Endpoint];
  return {
    ...(endpoint && { [VARIABLES.endpoint]: endpoint }),
    ...credentials,
    ...(ofS3 && { [VARIABLES.s3Endpoint]: ofS3, [VARIABLES.sagemakerS3Endpoint]: ofS3 }),
  };
}
