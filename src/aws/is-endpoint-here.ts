import { awsFiles } from './aws-settings.ts';
import { type EndpointSettings, serviceEndpoint } from './service-endpoint.ts';

/** How a program says where requests go, if not to AWS. */
export interface EndpointOptions extends Pick<EndpointSettings, 'variables'> {
  readonly endpointUrl?: string | undefined;
  /** Before `AWS_PROFILE`. */
  readonly profile?: string | undefined;
}

/**
 * Whether requests go to a server on this machine, such as `optml endpoint`: it may run images that are not in ECR.
 *
 * @throws OptmlError SETTING_INVALID for an address that is no URL.
 */
export async function isEndpointHere(options: EndpointOptions): Promise<boolean> {
  const url = await endpointOf('sagemaker', options);
  return url !== undefined && isUrlHere(url);
}

/** The address of a service, if it is not that of AWS. @throws OptmlError SETTING_INVALID for an address that is no URL. */
export function endpointOf(service: 'sagemaker' | 's3', options: EndpointOptions): Promise<string | undefined> {
  const { endpointUrl, profile, variables } = options;
  const chosen = profile || variables['AWS_PROFILE'] || 'default';
  return serviceEndpoint(service, { endpointUrl, profile: chosen, variables, ...awsFiles(variables) });
}

/** Whether a URL leads to this machine. */
export function isUrlHere(url: string): boolean {
  return /^(?:localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}
