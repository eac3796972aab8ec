import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { OptmlError } from '../errors/error.ts';
import { optmlHome } from '../jobs/jobs-dir.ts';

type Variables = Readonly<NodeJS.ProcessEnv>;

/** The folder with the credentials of the endpoint and what describes a running one. Absolute. */
export function endpointDirOf(variables: Variables): string {
  return join(optmlHome(variables), 'endpoint');
}

/** The same folder, made if it is missing; only its user can enter it. @throws OptmlError ENDPOINT_FAILED. */
export function makeEndpointDir(variables: Variables): string {
  const dir = endpointDirOf(variables);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    chmodSync(dir, 0o700);
    return dir;
  } catch (cause) {
    throw new OptmlError('ENDPOINT_FAILED', `the folder of the endpoint cannot be made: ${(cause as Error).message}`, {
      where: dir,
      fix: 'Make it writable, or set OPTML_HOME to another folder.',
      cause,
    });
  }
}
