import { existsSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Settings } from '../contract/settings.ts';
import { ALGORITHM_MODULES } from '../contract/variables.ts';
import { OptmlError, systemErrorCode } from '../errors/error.ts';
import { kindAt } from '../job-tree/input/input-file.ts';
import { findOnPath } from '../process/find-on-path.ts';
import { packageRoot } from '../process/package-root.ts';
import type { Command } from './executable.ts';
import { hasJsx, isDirectory, nodeKindOf } from './kind.ts';
import { hookFile, nodeArguments } from './node/node.ts';
import { packageScript } from './node/npm-package.ts';

/** What finding a framework module needs. */
export interface TrainingModuleRequest {
  /** `SAGEMAKER_TRAINING_MODULE`, not empty. */
  readonly text: string;
  readonly codeDir: string;
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly typescript: Settings['typescript'];
}

// Imports the module and calls the function without arguments, as the reference does in its own process.
const PYTHON_PROGRAM =
  'import importlib, sys; module, function = sys.argv[1:3]; sys.argv[1:] = []; getattr(importlib.import_module(module), function)()';

/**
 * The command that runs a framework module `module:function` (contract C25): a JavaScript or TypeScript module in the
 * code directory, else an installed npm package, else a Python module.
 *
 * @throws OptmlError TRAINING_MODULE_INVALID when the text is not `module:function`, or nothing can run it.
 */
export function trainingModuleCommand(request: TrainingModuleRequest): Command {
  const parts = request.text.split(':');
  const [module = '', functionName = ''] = parts;
  const where = `environment variable SAGEMAKER_TRAINING_MODULE, value "${request.text}"`;
  if (parts.length !== 2 || module === '' || functionName === '') {
    throw new OptmlError(
      'TRAINING_MODULE_INVALID',
      `expected SAGEMAKER_TRAINING_MODULE to be module:function, got "${request.text}"`,
      {
        where,
        fix: 'Give the module, one colon, and the name of the function that it exports.',
      },
    );
  }
  const file = findNodeModule(module, request.codeDir);
  if (file !== undefined) {
    const kind = nodeKindOf(file) ?? 'javascript';
    const node = nodeArguments({ kind, dir: request.codeDir, hasJsx: hasJsx(file), typescript: request.typescript });
    const [flags, target] = file === ONLY_IMPORTABLE ? [[RESOLVE_FLAG], module] : [[], pathToFileURL(file).href];
    return [process.execPath, ...node, ...flags, hookFile('run-module'), target, functionName];
  }
  const python = findOnPath('python3', request.variables) ?? findOnPath('python', request.variables);
  if (python !== undefined) return [python, '-c', PYTHON_PROGRAM, module, functionName];
  throw new OptmlError(
    'TRAINING_MODULE_INVALID',
    `no module "${module}" was found: neither a JavaScript or TypeScript module in ${request.codeDir} nor an npm package, and there is no Python`,
    {
      where,
      fix: 'Correct the name, or add the module to the image.',
    },
  );
}

// A package without an entry for `require` is found by `run-module` itself, which needs Node's flag for it.
const ONLY_IMPORTABLE = '';
const RESOLVE_FLAG = '--experimental-import-meta-resolve';

const SUFFIXES = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.tsx', '.jsx'];

function findNodeModule(module: string, codeDir: string): string | undefined {
  const path = resolve(codeDir, module);
  const file = SUFFIXES.map((suffix) => path + suffix).find(
    (name) => kindAt(name) === 'a regular file' && nodeKindOf(name) !== undefined,
  );
  if (file !== undefined) return file;
  if (isDirectory(path) && existsSync(join(path, 'package.json'))) return join(path, packageScript('.', path));
  // Node's own modules train nothing, and Python modules may have such names (`cluster`, `process`).
  if (module.startsWith('.') || isAbsolute(module) || isBuiltin(module)) return undefined;
  // Algorithms of optml itself are those of this version, also where its package is not near the code.
  const from = module.startsWith(ALGORITHM_MODULES) ? packageRoot() : codeDir;
  try {
    return createRequire(join(from, 'package.json')).resolve(module);
  } catch (error) {
    if (systemErrorCode(error) === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return ONLY_IMPORTABLE;
    // No npm package of that name: it may be a Python module.
    return undefined;
  }
}
