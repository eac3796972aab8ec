import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { OptmlError } from '../../errors/error.ts';
import { readTextIfAny } from '../../job-tree/input/read-text.ts';
import type { InstallStep } from '../launch.ts';
import type { RepositoryAccess } from './code-artifact-access.ts';

/** What makes a package manager install from a repository. */
export interface RegistrySettings {
  /** Variables for the package manager; they win over the user's. */
  readonly variables: Readonly<Record<string, string>>;
  /** Removes what was written for it. */
  readonly remove: () => void;
}

/** Settings for `manager` by which `access` is the default registry. Registries of single scopes stay what they are. */
export function registrySettings(
  manager: InstallStep['manager'],
  access: RepositoryAccess,
  variables: Readonly<NodeJS.ProcessEnv>,
): RegistrySettings {
  return manager === 'pip' ? pipSettings(access) : nodeSettings(manager, access, variables);
}

/**
 * The index of C26 as a variable: in an argument (`-i`) everybody who may list processes would see the token. Both stand
 * above pip's configuration files, and below an `--index-url` in a requirements file.
 */
function pipSettings({ endpoint, token }: RepositoryAccess): RegistrySettings {
  const index = new URL('simple/', endpoint);
  index.username = 'aws';
  index.password = token;
  return { variables: { PIP_INDEX_URL: index.href }, remove: () => undefined };
}

const TOKEN_VARIABLE = 'OPTML_CODEARTIFACT_TOKEN';

/**
 * The registry as a variable, which stands above every `.npmrc`; the token by a user's configuration file that names a
 * variable, since npm alone takes it from a variable directly. So no file holds the token.
 */
function nodeSettings(
  manager: InstallStep['manager'],
  { endpoint, token }: RepositoryAccess,
  variables: Readonly<NodeJS.ProcessEnv>,
): RegistrySettings {
  const location = endpoint.replace(/^https?:/, '');
  // Yarn 1 would send the token for scoped packages only. npm warns of the setting.
  const always = manager === 'yarn' ? `${location}:always-auth=true\n` : '';
  const lines = `\n${location}:_authToken=\${${TOKEN_VARIABLE}}\n${always}`;
  const { file, remove } = writeUserConfiguration(`${userConfiguration(variables)}${lines}`);
  const settings = {
    ...inAllSpellings('CONFIG_REGISTRY', endpoint),
    ...inAllSpellings('CONFIG_USERCONFIG', file),
    [TOKEN_VARIABLE]: token,
  };
  if (manager !== 'yarn') return { variables: settings, remove };
  const yarn = { YARN_REGISTRY: endpoint, YARN_NPM_REGISTRY_SERVER: endpoint, YARN_NPM_ALWAYS_AUTH: 'true' };
  return { variables: { ...settings, ...yarn, YARN_NPM_AUTH_TOKEN: token }, remove };
}

// pnpm 11 has a prefix of its own. Both cases are read everywhere, and which one wins is chance.
function inAllSpellings(name: string, value: string): Record<string, string> {
  const names = [`NPM_${name}`, `PNPM_${name}`];
  return Object.fromEntries(names.flatMap((upper) => [upper, upper.toLowerCase()].map((key) => [key, value])));
}

// The user's own file is replaced, so what it says comes along: proxies, scopes, their tokens.
function userConfiguration(variables: Readonly<NodeJS.ProcessEnv>): string {
  const given = variables['npm_config_userconfig'] || variables['NPM_CONFIG_USERCONFIG'];
  return readTextIfAny(given || join(variables['HOME'] || homedir(), '.npmrc')) ?? '';
}

function writeUserConfiguration(text: string): { readonly file: string; readonly remove: () => void } {
  let dir: string | undefined;
  const remove = () => {
    if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
  };
  try {
    dir = mkdtempSync(join(tmpdir(), 'optml-npm-'));
    const file = join(dir, 'npmrc');
    writeFileSync(file, text, { mode: 0o600 });
    return { file, remove };
  } catch (error) {
    remove();
    throw new OptmlError('DISK_WRITE_FAILED', `the settings of npm could not be written: ${(error as Error).message}`, {
      where: tmpdir(),
      fix: 'Check that the folder for temporary files (TMPDIR) is writable and the disk has room.',
      cause: error,
    });
  }
}
