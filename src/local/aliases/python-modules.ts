import type { PythonModule } from '../../aliases/image-alias.ts';
import { isObject, readJson } from '../../json/read-value.ts';
import { findOnPath } from '../../process/find-on-path.ts';
import { runHelper } from '../../process/helper/helper-program.ts';

/** What the Python of the hosts has. */
export interface FoundPython {
  /** Absolute path. */
  readonly file: string;
  readonly version: string;
  /** The versions of modules that are installed; empty where a module has none. */
  readonly modules: ReadonlyMap<string, string>;
}

// Modules are found, not imported: large ones take seconds. The working directory is the user's, not that of the script: a file or
// folder there is no module of the job, and is not run.
const PROBE = [
  'import sys',
  'sys.path[:] = [path for path in sys.path if path]',
  'import json, platform',
  'from importlib import metadata, util',
  "packages = metadata.packages_distributions() if hasattr(metadata, 'packages_distributions') else {}",
  'def version(name):',
  '    try:',
  '        return metadata.version(packages.get(name, [name])[0])',
  '    except Exception:',
  "        return ''",
  'found = {name: version(name) for name in sys.argv[1:] if util.find_spec(name) is not None}',
  "print(json.dumps({'version': platform.python_version(), 'modules': found}))",
].join('\n');
// A Python on a cold disk.
const LIMIT_MS = 60_000;

/**
 * Finds the Python by which `train` starts programs of hosts with these variables, and which of the modules it has. Undefined
 * without a Python that works.
 */
export async function findPythonModules(
  modules: readonly PythonModule[],
  variables: Readonly<NodeJS.ProcessEnv>,
  signal: AbortSignal,
): Promise<FoundPython | undefined> {
  const file = findOnPath('python3', variables) ?? findOnPath('python', variables);
  if (file === undefined) return undefined;
  const args = ['-c', PROBE, ...modules.map(({ module }) => module)];
  const { code, stdout } = await runHelper({ file, args, variables }, { limitMs: LIMIT_MS, signal });
  const answer = code === 0 ? readJson(stdout) : undefined;
  if (!isObject(answer) || !isObject(answer['modules'])) return undefined;
  const found = Object.entries(answer['modules']).map(([name, version]) => [name, String(version)] as const);
  return { file, version: String(answer['version']), modules: new Map(found) };
}
