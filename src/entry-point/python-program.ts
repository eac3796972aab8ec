import { join } from 'node:path';
import { OptmlError } from '../errors/error.ts';
import { findOnPath } from '../process/find-on-path.ts';
import { hasFile } from './kind.ts';

/**
 * The Python to use: `python3` on PATH, else `python`; in a preview, where there is none, the one that is looked for.
 *
 * @throws OptmlError INTERPRETER_MISSING saying how to add one.
 */
export function findPython(variables: Readonly<NodeJS.ProcessEnv>, need: string, isPreview = false): string {
  const python = findOnPath('python3', variables) ?? findOnPath('python', variables);
  if (python !== undefined) return python;
  if (isPreview) return 'python3';
  throw new OptmlError('INTERPRETER_MISSING', `${need} needs Python, and there is no python3 or python on PATH`, {
    where: `PATH=${variables['PATH'] ?? ''}`,
    fix: 'Add Python to the image: RUN apt-get update && apt-get install -y --no-install-recommends python3 python3-pip.',
  });
}

/** Arguments of pip that install a script's requirements, or undefined without a `requirements.txt` (C24). */
export function requirementsArguments(codeDir: string): readonly string[] | undefined {
  return hasFile(join(codeDir, 'requirements.txt')) ? ['-m', 'pip', 'install', '-r', 'requirements.txt'] : undefined;
}

/** Arguments of pip that install the package in `code/`, with its requirements where it has some, in one command (C24). */
export function packageArguments(codeDir: string): readonly string[] {
  const requirements = hasFile(join(codeDir, 'requirements.txt')) ? ['-r', 'requirements.txt'] : [];
  return ['-m', 'pip', 'install', '.', ...requirements];
}
