import { userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { parseLocation, type S3Location } from '../../contract/location.ts';
import { kindAt } from '../../job-tree/input/input-file.ts';
import type { FoundDefaults } from './defaults.ts';
import { defaultsError } from './defaults-error.ts';
import { readDefaultsText } from './read-text.ts';
import { parseSdkConfig } from './sdk-config.ts';

type Variables = Readonly<NodeJS.ProcessEnv>;

const FILE = 'config.yaml';

/** Reads a configuration in S3: an object, or the one named `config.yaml` below a prefix. Undefined if there is neither. */
export type ReadS3Config = (location: S3Location, fileName: string) => Promise<string | undefined>;

/**
 * The configurations of the SageMaker Python SDK: the administrator's, then the user's. Variables name others: files, folders
 * or places in S3. Relative ones count from `workDir` (absolute).
 *
 * @throws OptmlError DEFAULTS_INVALID, also if a variable names nothing.
 */
export async function readSdkConfigs(
  variables: Variables,
  workDir: string,
  readS3: ReadS3Config,
): Promise<readonly FoundDefaults[]> {
  const admin = await readSdkConfig(variables, 'SAGEMAKER_ADMIN_CONFIG_OVERRIDE', adminDir(variables), workDir, readS3);
  const user = await readSdkConfig(variables, 'SAGEMAKER_USER_CONFIG_OVERRIDE', userDir(variables), workDir, readS3);
  return [admin, user].filter((found) => found !== undefined);
}

async function readSdkConfig(
  variables: Variables,
  variable: string,
  usualDir: string,
  workDir: string,
  readS3: ReadS3Config,
): Promise<FoundDefaults | undefined> {
  const named = variables[variable];
  const { text, where } = named
    ? await readNamed(named, workDir, readS3)
    : { where: join(usualDir, FILE), text: readDefaultsText(join(usualDir, FILE)) };
  if (text !== undefined) return parseSdkConfig(text, where);
  if (!named) return undefined;
  throw defaultsError(`there is no configuration ${where}`, variable, `Correct ${variable}, or unset it.`);
}

async function readNamed(named: string, workDir: string, readS3: ReadS3Config) {
  const location = parseLocation(named);
  if ('s3' in location) return { where: named, text: await readS3(location.s3, FILE) };
  const path = resolve(workDir, named);
  const file = kindAt(path) === 'a folder' ? join(path, FILE) : path;
  return { where: file, text: readDefaultsText(file) };
}

// As the SDK's platformdirs has them.
function adminDir(variables: Variables): string {
  if (process.platform === 'darwin') return '/Library/Application Support/sagemaker';
  const [first] = (variables['XDG_CONFIG_DIRS'] ?? '').split(':');
  return join(first && isAbsolute(first) ? first : '/etc/xdg', 'sagemaker');
}

function userDir(variables: Variables): string {
  const home = variables['HOME'] || userInfo().homedir;
  if (process.platform === 'darwin') return join(home, 'Library/Application Support/sagemaker');
  const own = variables['XDG_CONFIG_HOME'];
  return join(own && isAbsolute(own) ? own : join(home, '.config'), 'sagemaker');
}
