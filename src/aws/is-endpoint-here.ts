import { VARIABLES } from '../contract/variables.ts';

/** Where requests go, if not to AWS. */
export interface EndpointSettings {
  readonly endpointUrl?: string | undefined;
  readonly variables: Readonly<NodeJS.ProcessEnv>;
}

/** Whether requests go to a server on this machine, such as `optml endpoint`: it may run images that are not in ECR. */
export function isEndpointHere({ endpointUrl, variables }: EndpointSettings): boolean {
  const isIgnored = variables['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.toLowerCase() === 'true';
  const configured = variables['AWS_ENDPOINT_URL_SAGEMAKER'] || variables[VARIABLES.endpoint];
  const url = endpointUrl ?? (isIgnored ? undefined : configured);
  if (!url || !URL.canParse(url)) return false;
  return /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}
