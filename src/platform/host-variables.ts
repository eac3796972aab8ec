import type { TrainingJobRequest } from '../request/request.ts';
import { platformVariables } from './host-files.ts';

/** What the variables of a job's hosts are made of. */
export interface HostVariables {
  readonly request: TrainingJobRequest;
  /** The user's own environment. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly networkInterface: string;
  /** Whether the hosts get the user's AWS credentials. */
  readonly passCredentials: boolean;
  /** Those that a project's Dockerfile sets, on an engine that builds no image. */
  readonly projectVariables: Readonly<Record<string, string>>;
}

/** The variables of a job's hosts: the project's, the platform's own, those for AWS, and the request's, which win. */
export function hostVariables(given: HostVariables): Readonly<Record<string, string>> {
  const { request, variables, networkInterface, projectVariables } = given;
  const region = variables['AWS_REGION'] || variables['AWS_DEFAULT_REGION'] || 'us-east-1';
  return {
    ...projectVariables,
    ...platformVariables(request, region, networkInterface),
    ...awsVariables(given),
    ...request.Environment,
  };
}

const CREDENTIALS: readonly string[] = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

// Never credentials unasked, and nothing under network isolation (contract C7).
function awsVariables({ request, variables, passCredentials }: HostVariables): Record<string, string> {
  if (request.EnableNetworkIsolation === true) return {};
  const endpoint = variables['AWS_ENDPOINT_URL_S3'] || variables['S3_ENDPOINT_URL'];
  const names = ['AWS_ENDPOINT_URL', ...(passCredentials ? CREDENTIALS : [])];
  const given = names.flatMap((name) => {
    const value = variables[name];
    return value ? [[name, value] as const] : [];
  });
  return {
    ...Object.fromEntries(given),
    ...(endpoint && { AWS_ENDPOINT_URL_S3: endpoint, S3_ENDPOINT_URL: endpoint }),
  };
}
