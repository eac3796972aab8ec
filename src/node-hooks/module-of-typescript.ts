// Loaded in the thread of Node's asynchronous module hooks (Node 20), and by `top-level-await`.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

interface Resolved {
  readonly url: string;
  readonly format?: string | null;
}
type Resolve<Result> = (specifier: string, context: unknown) => Result;

/** The hook: a TypeScript file with top-level await is an ES module. */
export async function resolve(
  specifier: string,
  context: unknown,
  next: Resolve<Promise<Resolved>>,
): Promise<Resolved> {
  return withFormat(await next(specifier, context));
}

/** The same for synchronous hooks. */
export function resolveSync(specifier: string, context: unknown, next: Resolve<Resolved>): Resolved {
  return withFormat(next(specifier, context));
}

function withFormat(found: Resolved): Resolved {
  const isOpen = found.format === 'commonjs' || found.format === null || found.format === undefined;
  if (!isOpen || !found.url.startsWith('file:')) return found;
  // On Node 20 tsx adds a query to the path of a file that it takes for CommonJS.
  const [file = ''] = fileURLToPath(found.url).split('?tsx-');
  return hasTopLevelAwait(file) ? { ...found, url: pathToFileURL(file).href, format: 'module' } : found;
}

/**
 * Whether the TypeScript file can only be an ES module because it awaits outside of a function, while no `package.json`
 * says what it is. A file with another mistake is left to the loader, which reports it.
 */
export function hasTopLevelAwait(file: string): boolean {
  if (!/\.tsx?$/.test(file) || /[/\\]node_modules[/\\]/.test(file) || hasType(dirname(file))) return false;
  const text = readText(file);
  return text !== undefined && /\bawait\b/.test(text) && isRefusedAsCommonJs(text, file);
}

// As Node: the next package.json on the way up counts, also without a "type".
function hasType(dir: string): boolean {
  const file = join(dir, 'package.json');
  if (!existsSync(file)) return dirname(dir) !== dir && hasType(dirname(dir));
  try {
    return 'type' in JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Node reports it.
    return true;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The loader reports it.
    return undefined;
  }
}

interface Esbuild {
  readonly transformSync: (text: string, options: Readonly<Record<string, unknown>>) => unknown;
}

// By the compiler of tsx, which has the last word.
function isRefusedAsCommonJs(text: string, file: string): boolean {
  const ofTsx = createRequire(createRequire(import.meta.url).resolve('tsx'));
  const { transformSync } = ofTsx('esbuild') as Esbuild;
  const loader = file.endsWith('x') ? 'tsx' : 'ts';
  try {
    transformSync(text, { loader, format: 'cjs', logLevel: 'silent' });
    return false;
  } catch (error) {
    const { errors = [] } = error as { readonly errors?: ReadonlyArray<{ readonly text: string }> };
    return errors.length > 0 && errors.every((problem) => problem.text.startsWith('Top-level await'));
  }
}
