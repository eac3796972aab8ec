import { fileURLToPath } from 'node:url';

/** Where something lies: on this machine, at a URI of another scheme, or nowhere because the URI makes no sense. */
export type Location =
  | { readonly path: string }
  | { readonly scheme: string }
  | { readonly scheme: 'file'; readonly trouble: string };

/** Reads a location as jobs give it: a plain path as it is, a `file://` URI as its path, any other URI by its scheme. */
export function parseLocation(location: string): Location {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location)?.[1]?.toLowerCase();
  if (scheme === undefined) return { path: location };
  if (scheme !== 'file') return { scheme };
  try {
    return { path: fileURLToPath(location) };
  } catch (error) {
    return { scheme: 'file', trouble: (error as Error).message };
  }
}
