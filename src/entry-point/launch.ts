import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { TrainingEnvironment } from '../environment/training-environment.ts';
import { type Command, executableCommand } from './executable.ts';
import { hasJsx, nodeKindOf } from './kind.ts';
import type { EntryPoint } from './locate.ts';
import { nodeArguments } from './node/node.ts';
import { findPython, packageArguments, requirementsArguments } from './python-program.ts';

/** What has to run before the program, and what class of failure the reference calls it (contract C51). */
export interface InstallStep {
  readonly command: Command;
  readonly cwd: string;
  readonly failureClass: 'InstallModuleError' | 'InstallRequirementsError';
  readonly manager: 'pip' | 'npm' | 'pnpm' | 'yarn';
  /** For the log: what is installed, by what. */
  readonly what: string;
  /** Variables that the step needs where the user has not set them. */
  readonly variables: Readonly<Record<string, string>>;
}

/** How to run a training program: words before the user's arguments, and what to install first. */
export interface Launch {
  readonly command: Command;
  readonly install: readonly InstallStep[];
  /** Variables that this kind of program needs where the user has not set them. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * How to run `entryPoint` (contract C24). A preview changes and installs nothing, and misses no program that is not there.
 *
 * @throws OptmlError INTERPRETER_MISSING, PROGRAM_INVALID or SETTING_INVALID.
 */
export async function planLaunch(
  entryPoint: EntryPoint,
  environment: TrainingEnvironment,
  isPreview = false,
): Promise<Launch> {
  const { codeDir } = environment.paths;
  const { path } = entryPoint;
  switch (entryPoint.kind) {
    case 'command':
      return { command: executableCommand(path, codeDir, isPreview), install: [], variables: {} };
    case 'python-script':
    case 'python-package':
      return planPython(entryPoint, environment, isPreview);
    case 'javascript':
    case 'typescript':
      return planNode(path, isPreview ? [] : foldersDownTo(dirname(resolve(codeDir, path)), codeDir), environment);
    case 'npm-package': {
      const dir = resolve(codeDir, path);
      const packageDirs = isPreview ? [] : [...new Set([...foldersDownTo(dir, codeDir), dir])];
      const { packageScript } = await import('#entry-point/node/npm-package');
      return planNode(packageScript(path, codeDir), packageDirs, environment);
    }
  }
}

function planPython(entryPoint: EntryPoint, environment: TrainingEnvironment, isPreview: boolean): Launch {
  const { codeDir } = environment.paths;
  const { path } = entryPoint;
  const python = findPython(environment.variables, `the entry point "${path}"`, isPreview);
  // Without it Python keeps output back while it is not a terminal, and a log shows nothing for minutes (C52).
  const variables = { PYTHONUNBUFFERED: '1' };
  if (entryPoint.kind === 'python-package') {
    // Differs from the reference: folders become packages, where it asks Python for a module with a slash.
    const module = path.replace(/\.py$/, '').replaceAll('/', '.');
    const step = pipStep(python, packageArguments(codeDir), codeDir, 'InstallModuleError', 'the Python package');
    return { command: [python, '-m', module], install: [step], variables };
  }
  const requirements = requirementsArguments(codeDir);
  const install =
    requirements === undefined
      ? []
      : [pipStep(python, requirements, codeDir, 'InstallRequirementsError', 'requirements.txt')];
  return { command: [python, dashSafe(path)], install, variables };
}

function pipStep(
  python: string,
  args: readonly string[],
  cwd: string,
  failureClass: InstallStep['failureClass'],
  what: string,
): InstallStep {
  return { command: [python, ...args], cwd, failureClass, manager: 'pip', what: `${what} with pip`, variables: {} };
}

async function planNode(
  script: string,
  packageDirs: readonly string[],
  environment: TrainingEnvironment,
): Promise<Launch> {
  const { codeDir } = environment.paths;
  const kind = nodeKindOf(script) ?? 'javascript';
  const dir = dirname(resolve(codeDir, script));
  const node = nodeArguments({ kind, dir, hasJsx: hasJsx(script), typescript: environment.settings.typescript });
  return {
    command: [process.execPath, ...node, dashSafe(script)],
    install: await planNodeInstall(packageDirs, environment),
    variables: {},
  };
}

async function planNodeInstall(
  dirs: readonly string[],
  environment: TrainingEnvironment,
): Promise<readonly InstallStep[]> {
  const packages = dirs.filter((dir) => existsSync(join(dir, 'package.json')));
  if (packages.length === 0) return [];
  const { planDependencies } = await import('#entry-point/node/node-dependencies');
  return planDependencies(packages, environment.variables).map(({ dir, manager, file, args, variables }) => ({
    command: [file, ...args],
    cwd: dir,
    failureClass: 'InstallRequirementsError',
    manager,
    what: `the dependencies of ${join(dir, 'package.json')} with ${manager}`,
    variables,
  }));
}

// The code directory and the folders on the way down to `dir`. A program outside uses its own packages as they are.
function foldersDownTo(dir: string, codeDir: string): readonly string[] {
  const names = relative(codeDir, dir).split('/');
  if (names[0] === '' || names[0] === '..' || names.includes('node_modules')) return [codeDir];
  return [codeDir, ...names.map((_, index) => join(codeDir, ...names.slice(0, index + 1)))];
}

// A name that starts with a dash would be taken for an option.
function dashSafe(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}
