// Loaded in the thread of Node's asynchronous module hooks (Node 20), and by `import-optml`.
import { createRequire } from 'node:module';

type Manifest = { readonly exports: Readonly<Record<string, { readonly default?: string }>> };

let manifest: Manifest | undefined;

/** The URL of a public name of optml, or undefined for any other specifier. */
export function resolveOptml(specifier: string): string | undefined {
  if (specifier !== 'optml' && !specifier.startsWith('optml/')) return undefined;
  // Read only by programs that import optml. From dist/node-hooks.
  manifest ??= createRequire(import.meta.url)('../../package.json') as Manifest;
  const name = `.${specifier.slice('optml'.length)}`;
  const entry = Object.hasOwn(manifest.exports, name) ? manifest.exports[name]?.default : undefined;
  return entry === undefined ? undefined : new URL(`../../${entry}`, import.meta.url).href;
}

/** The hook: what the program finds itself wins. */
export async function resolve(
  specifier: string,
  context: unknown,
  next: (specifier: string, context: unknown) => Promise<{ url: string }>,
): Promise<{ url: string; shortCircuit?: boolean; format?: string }> {
  const url = resolveOptml(specifier);
  if (url === undefined) return next(specifier, context);
  try {
    return await next(specifier, context);
  } catch {
    return { url, shortCircuit: true, format: 'module' };
  }
}
