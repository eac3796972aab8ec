import { existsSync, promises } from 'node:fs';
import { EXIT_CODES } from '../../contract/exit-codes.ts';
import { readCompression, settingsFromVariables } from '../../contract/settings.ts';
import { OptmlError } from '../../errors/error.ts';
import { partialPath } from '../../files/partial-path.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { JobRecord } from '../../jobs/record.ts';
import { hasEnded } from '../../jobs/status.ts';
import { checkLocations } from '../../staging/delivery/check-locations.ts';
import { undeliveredDir } from '../../staging/delivery/undelivered.ts';
import { planHosts } from '../../staging/host-plan.ts';
import { jobStorage } from '../../staging/job-storage.ts';
import { mlDirsOf } from '../../staging/ml-dirs.ts';
import { collectOutputs } from '../../staging/outputs.ts';
import { warningLog } from '../../staging/staged-job.ts';
import { cleanUpKilled } from '../clean-up-killed.ts';
import { jobError } from '../job-error.ts';
import { writeJobReport } from '../job-report.ts';
import { lockDelivery } from './delivery-lock.ts';

/** How the artifacts of a job are delivered later. */
export interface DeliverOptions {
  readonly variables: Readonly<NodeJS.ProcessEnv>;
  /** Another location than that of the request: an absolute path or an S3 URI. */
  readonly location?: string | undefined;
  /** Aborting it gives up; the artifacts stay in the job's folder. */
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
  readonly onProgress: (what: string, doneBytes: number, totalBytes: number | undefined) => void;
}

/**
 * Delivers the artifacts of an ended job that could not be delivered, and removes them from the job's folder afterwards. Does
 * nothing for a job without such artifacts. Returns the record with the locations of all artifacts.
 *
 * @throws OptmlError USAGE for a job that runs, JOB_NOT_FOUND; what collecting outputs throws.
 */
export async function deliverJob(store: JobStore, name: string, options: DeliverOptions): Promise<JobRecord> {
  const { variables, warn } = options;
  refuseRunning(store.read(name));
  // The artifacts of a killed job are still among its work files.
  await cleanUpKilled(store, { variables, warn });
  const record = store.read(name);
  const dir = store.folderOf(name);
  const kept = undeliveredDir(dir);
  if (!existsSync(kept)) return record;
  const unlock = lockDelivery(dir, name);
  try {
    const delivered = { ...record, ...(await deliver(record, kept, options)), undelivered: undefined };
    store.update(name, delivered);
    // Renamed first: after a crash, another delivery must not find some of them.
    const removed = partialPath(kept);
    await promises.rename(kept, removed);
    await promises.rm(removed, { recursive: true, force: true });
    await writeJobReport(dir, delivered).catch((error: unknown) => {
      warn(`the report cannot be written: ${(error as Error).message}`);
    });
    return delivered;
  } catch (error) {
    options.signal.throwIfAborted();
    throw jobError(error);
  } finally {
    unlock();
  }
}

async function deliver(
  { request }: JobRecord,
  kept: string,
  { variables, location, signal, warn, onProgress }: DeliverOptions,
): Promise<Pick<JobRecord, 'ModelArtifacts' | 'outputs'>> {
  const { S3OutputPath, CompressionType = 'GZIP' } = request.OutputDataConfig;
  const target = location ?? S3OutputPath;
  const storage = jobStorage(variables, warningLog(warn));
  try {
    const { CheckpointConfig: _, ...withoutCheckpoints } = request;
    const checked = { ...withoutCheckpoints, OutputDataConfig: { S3OutputPath: target } };
    await checkLocations({ request: checked, openStorage: storage.open, signal });
    const { model, others } = await collectOutputs({
      jobName: request.TrainingJobName,
      location: target,
      compressionType: CompressionType,
      compression: readCompression(settingsFromVariables(variables), EXIT_CODES.usage),
      mlDirs: mlDirsOf({ dir: kept, hosts: planHosts(request) }),
      workDir: kept,
      variables,
      openStorage: storage.open,
      signal,
      warn,
      onProgress,
    });
    return { outputs: others, ...(model !== undefined && { ModelArtifacts: { S3ModelArtifacts: model } }) };
  } finally {
    await storage.close();
  }
}

function refuseRunning({ TrainingJobName: name, TrainingJobStatus: status }: JobRecord): void {
  if (hasEnded(status)) return;
  throw new OptmlError('USAGE', `the job ${name} is running`, {
    fix: `Wait until it has ended, or stop it: optml stop ${name}.`,
    exitCode: EXIT_CODES.usage,
  });
}
