// Preloaded into a TypeScript program that optml starts, after tsx. tsx takes a `.ts` file for CommonJS unless a
// package.json says otherwise, and CommonJS has no top-level await. A program that uses it becomes an ES module.
import module from 'node:module';
import { hasTopLevelAwait, resolveSync } from './module-of-typescript.ts';

// Newer than the type declarations of the oldest Node that we support.
const registerHooks = (module as { registerHooks?: (hooks: { resolve: typeof resolveSync }) => void }).registerHooks;

// Absolute: Node resolves it before it loads this file.
if (process.argv[1] !== undefined && hasTopLevelAwait(process.argv[1])) {
  if (registerHooks === undefined) module.register('./module-of-typescript.js', import.meta.url);
  else registerHooks({ resolve: resolveSync });
}
