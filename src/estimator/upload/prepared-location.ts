import type { Log } from '../../log/log.ts';
import { type LocalFile, listTree } from './local-tree.ts';
import type { LocalLocation } from './uploader.ts';

/** How a location is prepared. */
export interface PrepareOptions {
  /** A new folder, which is removed after the upload. */
  readonly workDir: string;
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly signal: AbortSignal;
}

/** The files of a location. */
export interface PreparedLocation {
  readonly files: readonly LocalFile[];
  /** Of a manifest: writes the one for the job. `uri`, with a slash at its end, is where the files are. */
  readonly writeManifest?: (uri: string) => Promise<LocalFile>;
}

/** Finds the files of a location. @throws OptmlError SOURCE_INVALID, CHANNEL_INVALID and others that name a file. */
export async function prepareLocation(location: LocalLocation, options: PrepareOptions): Promise<PreparedLocation> {
  const { signal, log } = options;
  switch (location.kind) {
    case 'tree':
      return { files: await listTree(location, { signal, warn: log.warn }) };
    case 'source': {
      const { sourceArchive } = await import('./source-archive.ts');
      return { files: [await sourceArchive(location, options)] };
    }
    case 'manifest': {
      const { prepareManifest } = await import('./manifests/manifest.ts');
      return await prepareManifest(location, options);
    }
    case 'augmented-manifest': {
      const { prepareAugmentedManifest } = await import('./manifests/augmented-manifest.ts');
      return await prepareAugmentedManifest(location, options);
    }
  }
}
