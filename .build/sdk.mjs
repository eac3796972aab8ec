// The AWS SDK as a part of bundles: what is needed of it, and no more.
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { withLiteralKeys } from './literal-keys.mjs';

/** The shared file, and the name by which bundles require it until its relative path is written in. */
export const SDK_LATER = '#sdk-later';
export const SDK_LATER_FILE = 'dist/lazy/sdk-later.cjs';

/**
 * Plugins for bundles in `dist/lazy`, and what builds the file that they share:
 * what the SDK loads only where it is needed, such as providers of credentials, with clients of their own. Within one
 * file esbuild would wrap all that those share with the rest into functions, of which nothing can be left out.
 */
export function sdkParts() {
  const loadedLater = new Set();
  const later = {
    name: 'sdk-later',
    setup({ onResolve, resolve }) {
      onResolve({ filter: /^@(?:aws-sdk|smithy)\// }, async ({ path, kind, importer, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const { path: file } = await resolve(path, { kind: 'import-statement', importer, resolveDir });
        loadedLater.add(file);
        return { path: SDK_LATER, external: true };
      });
    },
  };
  const buildLater = (options) =>
    build({
      ...options,
      plugins: [literalKeys],
      stdin: {
        // Sorted: they were found in any order, and each build is to be the same.
        contents: [...loadedLater]
          .sort()
          .map((file) => `export * from ${JSON.stringify(file)};`)
          .join('\n'),
        resolveDir: '.',
      },
      outdir: undefined,
      outfile: SDK_LATER_FILE,
    });
  return { plugins: [later, literalKeys], buildLater };
}

// The schemas of all operations are one file of lists, whose computed keys keep esbuild from leaving any out.
const literalKeys = {
  name: 'literal-keys',
  setup({ onLoad, onEnd }) {
    let files = 0;
    onLoad({ filter: /[\\/]schemas_\d+\.js$/ }, async ({ path }) => {
      files++;
      return { contents: withLiteralKeys(await readFile(path, 'utf8'), path) };
    });
    onEnd(() => {
      const text = 'no file schemas_N.js in this bundle: the AWS SDK has changed, adapt .build/sdk.mjs';
      return files === 0 ? { errors: [{ text }] } : undefined;
    });
  },
};
