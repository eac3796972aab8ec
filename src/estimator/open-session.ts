import { resolve } from 'node:path';
import { withAbsoluteHome } from '../jobs/jobs-dir.ts';
import type { Session, SessionOptions } from './session.ts';

/** A session with its defaults: the environment and the working directory of this process. */
export function openSession(options: SessionOptions = {}): Session {
  const { variables = process.env, baseDir = '.' } = options;
  return { ...options, variables: withAbsoluteHome(variables, resolve()), baseDir: resolve(baseDir) };
}
