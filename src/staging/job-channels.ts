import { join } from 'node:path';
import { WORK_NAMES } from '../jobs/job-folder.ts';
import type { PreparedChannels } from './channels/prepare-channels.ts';
import { mlDirOf } from './ml-dirs.ts';
import type { StagedJob } from './staged-job.ts';

/**
 * Brings the channels of a job to its hosts. The code for it is loaded by a job with channels. The caller closes them.
 *
 * @throws As `prepareChannels`.
 */
export async function prepareJobChannels(job: StagedJob): Promise<PreparedChannels> {
  const { request, hosts, dir, openStorage, warn, signal, onProgress, isFastFileNamed = false } = job;
  if ((request.InputDataConfig ?? []).length === 0) return noChannels();
  const { prepareChannels } = await import('#staging/channels/prepare-channels');
  return prepareChannels(request, hosts, {
    workDir: join(dir, WORK_NAMES.channels),
    hostDirs: new Map(hosts.map(({ name }) => [name, mlDirOf(job, name)])),
    openStorage,
    isFastFileNamed,
    warn,
    signal,
    onProgress: ({ what, doneBytes, totalBytes }) => onProgress(what, doneBytes, totalBytes),
  });
}

// Made for each job: a promise that never settles keeps all that waits for it.
function noChannels(): PreparedChannels {
  return {
    hosts: new Map(),
    failed: new Promise(() => undefined),
    start: async () => undefined,
    close: async () => undefined,
  };
}
