import type { PackOptions, PackResult } from './pack/pack.ts';
import type { UnpackOptions, UnpackResult } from './unpack/unpack.ts';

/** As {@link import('./pack/pack.ts').packDirectory}; loaded at its first use, for scripts that only may pack. */
export async function packDirectory(dir: string, file: string, options: PackOptions = {}): Promise<PackResult> {
  const { packDirectory: pack } = await import('#archive/pack/pack');
  return pack(dir, file, { ...options, variables: options.variables ?? process.env });
}

/** As {@link import('./unpack/unpack.ts').unpackArchive}; loaded at its first use. */
export async function unpackArchive(file: string, dir: string, options: UnpackOptions = {}): Promise<UnpackResult> {
  const { unpackArchive: unpack } = await import('#archive/unpack/unpack');
  return unpack(file, dir, { ...options, variables: options.variables ?? process.env });
}
