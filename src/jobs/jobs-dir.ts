import { userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * The folder in which jobs are recorded (absolute): `OPTML_HOME`, relative to the working directory; else `optml` in the
 * user's state folder as the XDG base directory rules have it, which ignore a relative `XDG_STATE_HOME`.
 */
export function optmlHome(variables: Readonly<NodeJS.ProcessEnv>): string {
  const own = variables['OPTML_HOME'];
  if (own) return resolve(own);
  const state = variables['XDG_STATE_HOME'];
  if (state && isAbsolute(state)) return join(state, 'optml');
  return join(variables['HOME'] || userInfo().homedir, '.local', 'state', 'optml');
}

/** The folder that holds one for each job, and, with names that no job has, those of processes that run one. Absolute. */
export function jobsDirOf(variables: Readonly<NodeJS.ProcessEnv>): string {
  return join(optmlHome(variables), 'jobs');
}

/** What the names of such others begin with: no job's name starts with a dot. */
export const OWN_PREFIX = '.own-';
