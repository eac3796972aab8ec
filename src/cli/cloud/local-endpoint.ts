import { VARIABLES } from '../../contract/variables.ts';

/**
 * Whether jobs are sent to a server on this machine, such as `optml endpoint`, and not to AWS: it may run images of its own.
 */
export function isEndpointHere(variables: Readonly<NodeJS.ProcessEnv>): boolean {
  const url = variables['AWS_ENDPOINT_URL_SAGEMAKER'] || variables[VARIABLES.endpoint];
  if (!url || !URL.canParse(url)) return false;
  return /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}
