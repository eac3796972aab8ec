import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readInput } from '../../../job-tree/input/input-file.ts';
import { MOST_MANIFEST_BYTES, parseManifest } from '../../../staging/channels/parse-manifest.ts';
import { listTree } from '../local-tree.ts';
import type { PreparedLocation, PrepareOptions } from '../prepared-location.ts';
import { locationError } from '../upload-error.ts';
import type { LocalLocation } from '../uploader.ts';
import { localPath, lookAtNamed } from './named-files.ts';

/**
 * The files that a manifest names (contract C44). One whose prefix is in S3 is uploaded as it is.
 *
 * @throws OptmlError CHANNEL_INVALID for what is wrong with it, and naming files that are missing.
 */
export async function prepareManifest(
  location: LocalLocation,
  { workDir, signal, log }: PrepareOptions,
): Promise<PreparedLocation> {
  const [manifest] = await listTree(location, { signal, warn: log.warn });
  const fail = (why: string, fix: string, cause?: unknown) =>
    locationError(location, `the manifest ${location.path} ${why}`, fix, cause);
  const { prefix, entries } = parseManifest(readManifest(location), fail);
  const start = localPath(prefix, location);
  if (start === undefined) return { files: manifest === undefined ? [] : [manifest] };
  const named = [...new Set(entries)].map((entry) => ({ path: entry, file: `${start}${entry}` }));
  return {
    files: await lookAtNamed(location, named, signal),
    writeManifest: async (uri) => {
      const file = join(workDir, basename(location.path));
      writeFileSync(file, JSON.stringify([{ prefix: uri }, ...entries]));
      const [written] = await listTree({ ...location, path: file }, { signal, warn: log.warn });
      return written as never;
    },
  };
}

function readManifest(location: LocalLocation): Buffer {
  try {
    return readInput(location.path, MOST_MANIFEST_BYTES);
  } catch (error) {
    throw locationError(
      location,
      `${location.path} cannot be read: ${(error as Error).message}`,
      'Check the manifest.',
      error,
    );
  }
}
