import { homedir } from 'node:os';
import { join } from 'node:path';
import { VARIABLES } from '../contract/variables.ts';
import { defaultRegion } from '../environment/region.ts';
import { OptmlError } from '../errors/error.ts';
import { quoteValue } from '../errors/quote-value.ts';

/** How a program says where AWS is, and who asks. */
export interface AwsOptions {
  /** The environment. What it does not contain is looked for as the AWS SDK does: configuration files, roles. */
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Before `AWS_REGION`, `AWS_DEFAULT_REGION` and the region of the profile. */
  readonly region?: string | undefined;
  /** Before `AWS_PROFILE`, and before keys in the environment. */
  readonly profile?: string | undefined;
  /** For all services, before those of the environment and of the profile. */
  readonly endpointUrl?: string | undefined;
}

/** Where AWS is, and who asks. */
export interface AwsSettings {
  readonly region: string;
  readonly profile: string;
  /** The profile as messages name it; undefined if none was chosen. */
  readonly chosenProfile: string | undefined;
  /** Keys of the environment. Undefined: the SDK's chain finds credentials. */
  readonly keys: AwsKeys | undefined;
  readonly endpointUrl: string | undefined;
  readonly configFile: string;
  readonly credentialsFile: string;
  readonly variables: Readonly<NodeJS.ProcessEnv>;
}

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Reads the settings. Keys in the environment win over `AWS_PROFILE`, as in the AWS CLI and in `storage/`; the SDK alone would
 * take the profile, and says that this will change. Empty variables count as absent.
 *
 * @throws OptmlError SETTING_INVALID without a region, or with one that cannot be; AWS_REFUSED for half a pair of keys.
 */
export function readAwsSettings({ variables, region, profile, endpointUrl }: AwsOptions): AwsSettings {
  const chosenProfile = profile || variables['AWS_PROFILE'] || undefined;
  return {
    region: readRegion(variables, region, profile),
    profile: chosenProfile ?? 'default',
    chosenProfile,
    keys: profile ? undefined : readKeys(variables),
    endpointUrl: endpointUrl === undefined ? undefined : httpUrl(endpointUrl, 'the endpoint'),
    ...awsFiles(variables),
    variables,
  };
}

/** The configuration files of AWS. */
export function awsFiles(variables: Readonly<NodeJS.ProcessEnv>): Pick<AwsSettings, 'configFile' | 'credentialsFile'> {
  const home = variables['HOME'] || homedir();
  return {
    configFile: variables['AWS_CONFIG_FILE'] || join(home, '.aws', 'config'),
    credentialsFile: variables['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials'),
  };
}

function readRegion(
  variables: Readonly<NodeJS.ProcessEnv>,
  given: string | undefined,
  profile: string | undefined,
): string {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const named = profile ? { AWS_PROFILE: profile, AWS_DEFAULT_PROFILE: profile } : {};
  const region = given || present[VARIABLES.region] || defaultRegion({ ...present, ...named });
  if (region !== undefined && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(region)) return region;
  const fix = 'Set AWS_REGION, such as AWS_REGION=eu-west-1, or give the profile a region in ~/.aws/config.';
  if (region === undefined)
    throw new OptmlError('SETTING_INVALID', 'no AWS region is set', { where: VARIABLES.region, fix });
  throw new OptmlError('SETTING_INVALID', `${quoteValue(region)} is not the name of an AWS region`, {
    where: VARIABLES.region,
    fix,
  });
}

function readKeys(variables: Readonly<NodeJS.ProcessEnv>): AwsKeys | undefined {
  const accessKeyId = variables['AWS_ACCESS_KEY_ID'] || undefined;
  const secretAccessKey = variables['AWS_SECRET_ACCESS_KEY'] || undefined;
  const sessionToken = variables['AWS_SESSION_TOKEN'] || undefined;
  if (accessKeyId === undefined) return undefined;
  if (secretAccessKey === undefined) {
    throw new OptmlError('AWS_REFUSED', 'AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not', {
      where: 'AWS_SECRET_ACCESS_KEY',
      fix: 'Set both, or neither and choose a profile with AWS_PROFILE.',
    });
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

/** The URL itself. @throws OptmlError SETTING_INVALID if it is none of a server. */
export function httpUrl(text: string, where: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new OptmlError('SETTING_INVALID', `${where} is not a URL of the form http://HOST[:PORT]: "${text}"`, {
    where,
    fix: 'Pass the whole URL, such as http://localhost:4566.',
  });
}
