// The one folder outside the clone that keeps what later runs can use again.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `OPTML_TEST_CACHE`, else `optml-test` in the user's cache folder. */
export function cacheFolder(variables) {
  return variables.OPTML_TEST_CACHE || join(variables.XDG_CACHE_HOME || join(homedir(), '.cache'), 'optml-test');
}

/** Variables that make npm and pip keep their downloads in the cache folder. */
export function cacheVariables(variables) {
  const folder = cacheFolder(variables);
  mkdirSync(folder, { recursive: true });
  return {
    OPTML_TEST_CACHE: folder,
    npm_config_cache: variables.npm_config_cache || join(folder, 'npm'),
    PIP_CACHE_DIR: variables.PIP_CACHE_DIR || join(folder, 'pip'),
  };
}

/** A folder for the output of this run. Removes those of earlier runs, except runs that still go on. */
export function outputFolder(variables) {
  const all = join(cacheFolder(variables), 'output');
  const old = existsSync(all) ? readdirSync(all).filter((pid) => !isRunning(Number(pid))) : [];
  for (const name of old) rmSync(join(all, name), { recursive: true, force: true });
  const folder = join(all, String(process.pid));
  mkdirSync(folder, { recursive: true });
  return folder;
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
