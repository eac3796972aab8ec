import { accessSync, constants, lstatSync, mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * Variables to set for programs whose user has no home to write to, so that npm, pip and others find a place for what
 * they keep there; none where it is writable. A user without a home (an arbitrary uid has `HOME=/`) gets one below the
 * temporary folder. One that is only read-only, as in a container with a read-only root file system, stays, since it may
 * hold settings, and only the caches move. What the user has set is left alone.
 */
export function homeVariables(variables: Readonly<NodeJS.ProcessEnv>): Readonly<Record<string, string>> {
  const home = variables['HOME'] || homeOfUser();
  if (home !== undefined && isFolderWith(home, constants.W_OK)) return {};
  const replacement = temporaryHome();
  // Nowhere to write at all: programs that need a folder report it themselves. tsx works without its cache.
  if (replacement === undefined) return { TSX_DISABLE_CACHE: '1' };
  if (home === undefined || home === '/' || !isFolderWith(home, constants.R_OK)) return { HOME: replacement };
  const caches = {
    XDG_CACHE_HOME: join(replacement, '.cache'),
    // Where pnpm has its store and its state.
    XDG_DATA_HOME: join(replacement, '.local', 'share'),
    XDG_STATE_HOME: join(replacement, '.local', 'state'),
    npm_config_cache: join(replacement, '.npm'),
    PYTHONUSERBASE: join(replacement, '.local'),
  };
  return Object.fromEntries(Object.entries(caches).filter(([name]) => !variables[name]));
}

// What programs take for their home where HOME is not set.
function homeOfUser(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    // No such user in /etc/passwd.
    return undefined;
  }
}

function isFolderWith(path: string, permission: number): boolean {
  try {
    accessSync(path, permission | constants.X_OK);
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

// The same for every start, so that a cache serves again; never one that somebody else has put there.
function temporaryHome(): string | undefined {
  const uid = process.geteuid?.();
  const dir = join(tmpdir(), `optml-home-${uid}`);
  try {
    // (Not `recursive`: where folders cannot be made at all, as below /proc, Node would never stop trying.)
    if (lstatSync(dir, { throwIfNoEntry: false }) === undefined) mkdirSync(dir, { mode: 0o700 });
    const stats = lstatSync(dir);
    const isOurs = stats.isDirectory() && stats.uid === uid && isFolderWith(dir, constants.W_OK);
    return isOurs ? dir : mkdtempSync(`${dir}-`);
  } catch {
    // No temporary folder, or none that can be written to.
    return undefined;
  }
}
