// Loaded in the thread of Node's asynchronous module hooks (Node 20), and by `import-optml`.

/** Where each public name of optml lies, from dist/node-hooks. */
const ENTRIES: Readonly<Record<string, string>> = {
  optml: '../index.js',
  'optml/training': '../training/index.js',
  'optml/contract': '../contract/index.js',
};

/** The URL of a public name of optml, or undefined for any other specifier. */
export function resolveOptml(specifier: string): string | undefined {
  const entry = Object.hasOwn(ENTRIES, specifier) ? ENTRIES[specifier] : undefined;
  return entry === undefined ? undefined : new URL(entry, import.meta.url).href;
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
