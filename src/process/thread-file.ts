import { createRequire } from 'node:module';

/**
 * The file (absolute) that a thread runs, by its name in "imports" of package.json, such as `#storage/checksum/sum-worker`: the
 * built one, since what runs TypeScript from its sources does so on the main thread alone.
 */
export function threadFile(name: `#${string}`): string {
  const file = createRequire(import.meta.filename).resolve(name);
  return file.replace(/src\/([\w/-]+)\.ts$/, 'dist/lazy/$1.cjs');
}
