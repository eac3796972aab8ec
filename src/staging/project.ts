import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { OptmlError } from '../errors/error.ts';
import { kindAt, readInput } from '../job-tree/input/input-file.ts';

/** A project folder that is run as it is: what its Dockerfile puts into `/opt/ml/code`, and the variables that it sets. */
export interface Project {
  /** Folder that becomes `/opt/ml/code`. Absolute. */
  readonly codeDir: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Reads a project folder (absolute) for the engine `process`, which builds nothing: of its Dockerfile the `ENV` lines with plain values,
 * and which folder `COPY FOLDER /opt/ml/code` names. Without a Dockerfile the folder itself is the code.
 *
 * @throws OptmlError IMAGE_UNAVAILABLE when there is no such folder, or its Dockerfile cannot be read.
 */
export function readProject(dir: string): Project {
  if (kindAt(dir) !== 'a folder') {
    throw new OptmlError('IMAGE_UNAVAILABLE', `there is no project folder ${dir}`, {
      where: 'AlgorithmSpecification.TrainingImage',
      fix: 'Give the folder that holds the training program.',
    });
  }
  const file = join(dir, 'Dockerfile');
  const lines = existsSync(file) ? instructions(readDockerfile(file)) : [];
  const variables: Record<string, string> = {};
  let codeDir = dir;
  for (const line of lines) {
    const [, env] = /^ENV\s+(.*)$/i.exec(line) ?? [];
    if (env !== undefined) Object.assign(variables, plainVariables(env));
    const [, from] = /^COPY\s+(?:--(?:chown|chmod)=\S+\s+)?(\S+)\s+\/opt\/ml\/code\/?$/i.exec(line) ?? [];
    if (from !== undefined && existsSync(resolve(dir, from))) codeDir = resolve(dir, from);
  }
  return { codeDir, variables };
}

function readDockerfile(file: string): string {
  try {
    return readInput(file).toString('utf8');
  } catch (error) {
    throw new OptmlError('IMAGE_UNAVAILABLE', `${file} cannot be read: ${(error as Error).message}`, {
      where: file,
      fix: 'Make it a readable file, or remove it.',
      cause: error,
    });
  }
}

// Comments go, and lines that end in a backslash are one with the next.
function instructions(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\\s*\n/g, ' ')
    .split('\n')
    .map((line) => line.trim());
}

function plainVariables(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/(\w+)=(?:"([^"$\\]*)"|([^\s"'$\\]+))/g)];
  return Object.fromEntries(pairs.map(([, name = '', quoted, plain]) => [name, quoted ?? plain ?? '']));
}
