import { homedir } from 'node:os';
import { join } from 'node:path';
import { VARIABLES } from '../contract/variables.ts';
import { readTextIfAny } from '../job-tree/input/read-text.ts';

/**
 * The region that boto3 would see (contract section 4, `SAGEMAKER_REGION`): `AWS_DEFAULT_REGION`, else the profile's
 * region from the AWS configuration files, else undefined. `AWS_REGION` is not looked at.
 */
export function defaultRegion(variables: Readonly<NodeJS.ProcessEnv>): string | undefined {
  const fromVariable = variables['AWS_DEFAULT_REGION'];
  if (fromVariable !== undefined) return fromVariable;
  const home = variables['HOME'] || homedir();
  const profile = variables['AWS_DEFAULT_PROFILE'] ?? variables['AWS_PROFILE'] ?? 'default';
  const credentials = variables['AWS_SHARED_CREDENTIALS_FILE'] ?? join(home, '.aws', 'credentials');
  const config = variables['AWS_CONFIG_FILE'] ?? join(home, '.aws', 'config');
  return (
    regionIn(credentials, [profile], home) ??
    regionIn(config, profile === 'default' ? ['default', 'profile default'] : [`profile ${profile}`], home)
  );
}

/** The region in which AWS is asked: that of a variable or of the profile, else `us-east-1`. Empty ones count as absent. */
export function requestRegion(variables: Readonly<NodeJS.ProcessEnv>): string {
  return variables[VARIABLES.region] || variables[VARIABLES.scriptRegion] || defaultRegion(variables) || 'us-east-1';
}

function regionIn(file: string, sections: readonly string[], home: string): string | undefined {
  let section = '';
  let region: string | undefined;
  for (const line of (readTextIfAny(file.replace(/^~(?=\/)/, home)) ?? '').split(/\r?\n/)) {
    const header = /^\[\s*(.*?)\s*\]/.exec(line);
    if (header !== null) section = (header[1] ?? '').replace(/\s+/g, ' ').replaceAll(/["']/g, '');
    const value = /^region\s*[=:]\s*(.*)$/i.exec(line);
    if (value !== null && sections.includes(section)) region = (value[1] ?? '').trim();
  }
  return region;
}
