import { closeSync } from 'node:fs';
import { RELATIVE_PATHS } from '../../../contract/paths.ts';
import { systemErrorCode } from '../../../errors/error.ts';
import { copyTree } from '../../../job-tree/copy/copy-tree.ts';
import type { JobFolder } from '../../../job-tree/job-folder.ts';
import type { RawName } from '../../../job-tree/raw-name.ts';
import { pacedWalk } from '../../../job-tree/walk-tree.ts';
import type { TestRun } from '../test-run.ts';

// The platform's uploader leaves them beside the files (contract C54).
const UPLOADED = '.sagemaker-uploaded';
const UPLOADING = '.sagemaker-uploading';
// A file of the job's own has that name, or a name would be too long.
const NO_MARKER: readonly (string | undefined)[] = ['EEXIST', 'ENAMETOOLONG'];
/** The platform restores files: links, FIFOs and sockets are not in S3. */
const isNoFile = ({ stats }: { readonly stats: { isFile(): boolean; isDirectory(): boolean } }) =>
  !stats.isFile() && !stats.isDirectory();

/**
 * Makes the folder of a host's checkpoints in its `/opt/ml`, if the job has any, with the files of `from`.
 *
 * @throws the signal's reason; the system's error if they cannot be copied.
 */
export async function putCheckpoints(
  ml: JobFolder,
  { scenario, request, signal, warn }: Pick<TestRun, 'scenario' | 'request' | 'signal' | 'warn'>,
  from: JobFolder | undefined,
): Promise<void> {
  if (request.CheckpointConfig === undefined) return;
  const folder = ml.ensureFolder(RELATIVE_PATHS.checkpointDir);
  try {
    if (from === undefined) return;
    await copyTree(from, folder, { signal, warn, isLeftOut: isNoFile, isDurable: false });
    if (scenario.checkpoints?.withMarkers === true) await putMarkers(folder, signal);
  } finally {
    folder.close();
  }
}

// Beside each file there is an empty one, and one more of an upload that was broken off.
async function putMarkers(root: JobFolder, signal: AbortSignal): Promise<void> {
  let isFirst = true;
  for await (const { folder, name, stats } of pacedWalk(root, signal)) {
    if (!stats.isFile()) continue;
    putMarker(folder, name + UPLOADED);
    if (isFirst) putMarker(folder, name + UPLOADING);
    isFirst = false;
  }
}

function putMarker(folder: JobFolder, name: RawName): void {
  try {
    closeSync(folder.createFile(name));
  } catch (error) {
    if (!NO_MARKER.includes(systemErrorCode(error))) throw error;
  }
}
