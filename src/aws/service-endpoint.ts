import { CONFIG_PREFIX_SEPARATOR, loadSharedConfigFiles, type ParsedIniData } from '@smithy/core/config';
import { VARIABLES } from '../contract/variables.ts';
import { type AwsSettings, httpUrl } from './aws-settings.ts';

/** A service of AWS, by the words of its id: `cloudwatch logs`. */
export type ServiceId = 'sagemaker' | 'cloudwatch logs' | 'sts';

/** Where the endpoint of a service is configured. */
export type EndpointSettings = Pick<
  AwsSettings,
  'endpointUrl' | 'variables' | 'configFile' | 'credentialsFile' | 'profile'
>;

/**
 * Where a service is, if that is not AWS's own address: by the option, the variables, or the profile, in the order of the AWS
 * SDK. Its own search reads `process.env`, and knows no profile but that of `AWS_PROFILE`.
 *
 * @throws OptmlError SETTING_INVALID for what is no URL.
 */
export async function serviceEndpoint(
  service: ServiceId | 's3',
  settings: EndpointSettings,
): Promise<string | undefined> {
  const { endpointUrl, variables, configFile, credentialsFile, profile } = settings;
  if (endpointUrl !== undefined) return endpointUrl;
  if (variables['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.toLowerCase() === 'true') return undefined;
  const name = service.replaceAll(' ', '_');
  for (const variable of [`${VARIABLES.endpoint}_${name.toUpperCase()}`, VARIABLES.endpoint]) {
    const value = variables[variable];
    if (value) return httpUrl(value, variable);
  }
  // The cache is the SDK's: a file that was changed meanwhile is read again.
  const files = await loadSharedConfigFiles({
    filepath: credentialsFile,
    configFilepath: configFile,
    ignoreCache: true,
  });
  const value = endpointOfProfile(files.configFile, profile, name);
  return value && httpUrl(value, `endpoint_url of profile ${profile}`);
}

function endpointOfProfile(config: ParsedIniData, profile: string, service: string): string | undefined {
  const { services, endpoint_url: all, ignore_configured_endpoint_urls: ignored } = config[profile] ?? {};
  if (ignored?.toLowerCase() === 'true') return undefined;
  const section = services === undefined ? undefined : config[['services', services].join(CONFIG_PREFIX_SEPARATOR)];
  return section?.[[service, 'endpoint_url'].join(CONFIG_PREFIX_SEPARATOR)] || all || undefined;
}
