import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { AwsKeys, AwsSettings } from './aws-settings.ts';

/** Finds credentials, and renews those that end. */
export type CredentialSource = () => Promise<AwsKeys & { readonly expiration?: Date }>;

/**
 * The keys of the environment, else what the AWS SDK's chain finds: the profile (single sign-on, assumed roles, programs), web
 * identity, the role of the container or of the instance. The chain reads the files of `settings`; the last three, and the
 * cache of single sign-on in the home folder, it finds by `process.env` alone. A new source reads all of it again.
 */
export function credentialSource(settings: AwsSettings): CredentialSource {
  const { keys, profile, configFile, credentialsFile, region } = settings;
  if (keys !== undefined) return async () => keys;
  // With a profile, the chain ignores keys in `process.env`: those of `settings` are known to be absent.
  const files = { profile, filepath: credentialsFile, configFilepath: configFile, ignoreCache: true };
  return defaultProvider({ ...files, clientConfig: { region }, logger: SILENT });
}

// The chain warns of keys in `process.env` beside a profile.
const nothing = () => undefined;
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
