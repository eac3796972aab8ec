import { userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { OptmlError } from '../errors/error.ts';
import { quoteValue } from '../errors/quote-value.ts';

type Variables = Readonly<NodeJS.ProcessEnv>;

/**
 * The same variables with an absolute `OPTML_HOME`: a relative one is resolved against `workDir` (absolute). Commands and
 * public functions call it with the environment that they get; everything behind them expects an absolute path.
 */
export function withAbsoluteHome(variables: Variables, workDir: string): Variables {
  const own = variables['OPTML_HOME'];
  return !own || isAbsolute(own) ? variables : { ...variables, OPTML_HOME: resolve(workDir, own) };
}

/**
 * The folder in which jobs are recorded (absolute): `OPTML_HOME`, which must be absolute; else `optml` in the user's state
 * folder. As the XDG base directory rules have it, a relative `XDG_STATE_HOME` is ignored.
 *
 * @throws OptmlError SETTING_INVALID for a relative `OPTML_HOME` that {@link withAbsoluteHome} has not resolved.
 */
export function optmlHome(variables: Variables): string {
  const own = variables['OPTML_HOME'];
  if (own && !isAbsolute(own)) {
    throw new OptmlError('SETTING_INVALID', `expected OPTML_HOME to be an absolute path, got ${quoteValue(own)}`, {
      where: 'OPTML_HOME',
      fix: 'Set it to an absolute path.',
    });
  }
  if (own) return own;
  const state = variables['XDG_STATE_HOME'];
  if (state && isAbsolute(state)) return join(state, 'optml');
  return join(variables['HOME'] || userInfo().homedir, '.local', 'state', 'optml');
}

/** The folder that holds one for each job, and, with names that no job has, those of processes that run one. Absolute. */
export function jobsDirOf(variables: Variables): string {
  return join(optmlHome(variables), 'jobs');
}

/** What the names of such others begin with: no job's name starts with a dot. */
export const OWN_PREFIX = '.own-';
