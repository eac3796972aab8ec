import type { PackOptions, PackResult } from './pack/pack.ts';
import type { UnpackOptions, UnpackResult } from './unpack/unpack.ts';

/**
 * As {@link import('./pack/pack.ts').packDirectory}; loaded at its first use, for scripts that only may pack.
 *
 * @example
 * ```ts
 * import { mkdirSync, writeFileSync } from 'node:fs';
 * import { packDirectory } from 'optml';
 *
 * mkdirSync('model');
 * writeFileSync('model/weights.json', '[]');
 * const { entries } = await packDirectory('model', 'model.tar.gz');
 * console.log(entries); // 1
 * ```
 */
export async function packDirectory(dir: string, file: string, options: PackOptions = {}): Promise<PackResult> {
  const { packDirectory: pack } = await import('#archive/pack/pack');
  return pack(dir, file, { ...options, variables: options.variables ?? process.env });
}

/**
 * As {@link import('./unpack/unpack.ts').unpackArchive}; loaded at its first use.
 *
 * @example
 * ```ts
 * import { mkdirSync, writeFileSync } from 'node:fs';
 * import { packDirectory, unpackArchive } from 'optml';
 *
 * mkdirSync('model');
 * writeFileSync('model/weights.json', '[]');
 * await packDirectory('model', 'model.tar.gz');
 * const { entries } = await unpackArchive('model.tar.gz', 'copy', { maxBytes: 1e9 });
 * console.log(entries); // 1
 * ```
 */
export async function unpackArchive(file: string, dir: string, options: UnpackOptions = {}): Promise<UnpackResult> {
  const { unpackArchive: unpack } = await import('#archive/unpack/unpack');
  return unpack(file, dir, { ...options, variables: options.variables ?? process.env });
}
