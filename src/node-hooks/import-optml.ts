// Preloaded into a Node program that optml starts: makes `import 'optml'` work where no node_modules folder above the
// program holds optml. What the program can find itself always wins.
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { resolveOptml } from './resolve-optml.ts';

type Resolve = (specifier: string, context?: unknown) => { url: string };
// Newer than the type declarations of the oldest Node that we support.
const registerHooks = (module as { registerHooks?: (hooks: { resolve: typeof resolveOptmlSync }) => void })
  .registerHooks;

if (registerHooks === undefined) {
  module.register('./resolve-optml.js', import.meta.url);
  patchRequire();
} else {
  registerHooks({ resolve: resolveOptmlSync });
}

function resolveOptmlSync(specifier: string, context: unknown, next: Resolve): { url: string; shortCircuit?: boolean } {
  const url = resolveOptml(specifier);
  if (url === undefined) return next(specifier, context);
  try {
    return next(specifier, context);
  } catch {
    // Not found from there: ours serves.
    return { url, shortCircuit: true };
  }
}

// Without synchronous hooks `require` has to be told by itself.
function patchRequire(): void {
  const loader = module as unknown as { _resolveFilename: (request: string, ...rest: unknown[]) => string };
  const original = loader._resolveFilename;
  loader._resolveFilename = function (request, ...rest) {
    const url = resolveOptml(request);
    if (url === undefined) return original.call(this, request, ...rest);
    try {
      return original.call(this, request, ...rest);
    } catch {
      // The CommonJS twin: an ES module cannot be required from everywhere here.
      return fileURLToPath(url).replace(/\.js$/, '.cjs');
    }
  };
}
