import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Settings } from '../../contract/settings.ts';
import { OptmlError } from '../../errors/error.ts';
import { packageRoot } from '../../process/package-root.ts';

/** What Node needs before the program's name. */
export interface NodeRequest {
  readonly kind: 'javascript' | 'typescript';
  /** The folder from which the program's imports are resolved. */
  readonly dir: string;
  /** Whether the program contains JSX, which only tsx compiles. */
  readonly hasJsx: boolean;
  readonly typescript: Settings['typescript'];
}

/**
 * Node's own arguments for a program: the loader for TypeScript, and a hook by which `import 'optml'` works where no
 * `node_modules` above the program holds optml.
 *
 * @throws OptmlError SETTING_INVALID when Node is to strip types itself and is too old for it.
 */
export function nodeArguments(request: NodeRequest): readonly string[] {
  const hook = isOptmlReachable(request.dir) ? [] : ['--import', pathToFileURL(hookFile('import-optml')).href];
  return [
    ...hook,
    ...(request.kind === 'typescript' ? typescriptArguments(request.hasJsx ? 'tsx' : request.typescript) : []),
  ];
}

/** The path of one of our programs that run inside the user's Node process. */
export function hookFile(name: 'import-optml' | 'run-module' | 'top-level-await'): string {
  return join(packageRoot(), 'dist', 'node-hooks', `${name}.js`);
}

function typescriptArguments(typescript: Settings['typescript']): readonly string[] {
  if (typescript === 'tsx') {
    const tsx = createRequire(import.meta.filename).resolve('tsx');
    return [tsx, hookFile('top-level-await')].flatMap((file) => ['--import', pathToFileURL(file).href]);
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 6)) {
    throw new OptmlError(
      'SETTING_INVALID',
      `OPTML_TYPESCRIPT=node needs Node 22.6 or newer, this is ${process.versions.node}`,
      {
        where: 'setting OPTML_TYPESCRIPT',
        fix: 'Leave OPTML_TYPESCRIPT out, so that tsx runs the program, or use a newer base image.',
      },
    );
  }
  const isOn = major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
  return isOn ? [] : ['--experimental-strip-types'];
}

function isOptmlReachable(dir: string): boolean {
  const parent = dirname(dir);
  return existsSync(join(dir, 'node_modules', 'optml', 'package.json')) || (parent !== dir && isOptmlReachable(parent));
}
