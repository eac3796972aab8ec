/** Most bytes of a manifest: some millions of names. */
export const MOST_MANIFEST_BYTES = 256 << 20;

/** A manifest: the names of objects are its entries behind its prefix. */
export interface Manifest {
  readonly prefix: string;
  readonly entries: readonly string[];
}

/**
 * Reads a manifest, `[{"prefix": P}, "a", "b"]` (contract C44).
 *
 * @throws the error that `fail` makes of a reason, which follows the name of the manifest, and of what to do.
 */
export function parseManifest(content: Buffer, fail: (why: string, fix: string, cause?: unknown) => Error): Manifest {
  const wrong = (why: string, cause?: unknown) =>
    fail(why, 'Write it as [{"prefix": "s3://BUCKET/FOLDER/"}, "NAME", "NAME"].', cause);
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch (error) {
    throw wrong(`is not JSON: ${(error as Error).message}`, error);
  }
  if (!Array.isArray(value)) throw wrong('is not a list');
  const [first, ...entries] = value;
  const prefix: unknown = first?.prefix;
  if (typeof prefix !== 'string' || prefix === '') throw wrong('does not start with an object that has a "prefix"');
  if (entries.length === 0) throw wrong('names no objects');
  const odd = entries.findIndex((entry) => typeof entry !== 'string');
  if (odd >= 0) throw wrong(`has an entry that is no text: number ${odd + 1} after the prefix`);
  return { prefix, entries };
}
