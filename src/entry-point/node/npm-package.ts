import { join, posix, resolve } from 'node:path';
import { OptmlError } from '../../errors/error.ts';
import { kindAt } from '../../job-tree/input/input-file.ts';
import { type PackageJson, readPackageJson } from './package-json.ts';

/**
 * The script that an npm package runs: its `bin` (the one of the package's own name, else the first), else its `main`,
 * else `index.js`. Relative to the code directory, as `path`, the package's folder, is.
 *
 * @throws OptmlError PROGRAM_INVALID when the package names no script, or one that does not exist.
 */
export function packageScript(path: string, codeDir: string): string {
  const dir = resolve(codeDir, path);
  const manifest = readPackageJson(dir) ?? {};
  const named = binOf(manifest) ?? manifest.main;
  const candidates = named === undefined ? ['index.js', 'index.mjs', 'index.cjs', 'index.ts'] : mainCandidates(named);
  const found = candidates.find((file) => kindAt(join(dir, file)) === 'a regular file');
  if (found !== undefined) return posix.join(path, found);
  throw new OptmlError(
    'PROGRAM_INVALID',
    named === undefined
      ? `the package in ${dir} names no script: its package.json has neither "bin" nor "main"`
      : `the script "${named}" of the package in ${dir} does not exist`,
    {
      where: join(dir, 'package.json'),
      fix:
        named === undefined
          ? 'Add "bin" or "main" to the package.json.'
          : 'Build the package first, or correct "bin" or "main".',
    },
  );
}

function binOf(manifest: PackageJson): string | undefined {
  const { bin } = manifest;
  if (typeof bin === 'string') return bin;
  if (typeof bin !== 'object' || bin === null) return undefined;
  const ownName = String(manifest.name ?? '').replace(/^@[^/]*\//, '');
  return bin[ownName] ?? Object.values(bin)[0];
}

// As Node resolves "main": the file, with an extension, or a folder's index.
function mainCandidates(main: string): readonly string[] {
  return [main, `${main}.js`, `${main}.ts`, posix.join(main, 'index.js'), posix.join(main, 'index.ts')];
}
